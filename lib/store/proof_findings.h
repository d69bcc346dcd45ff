// What a proof has found wrong, for people.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mox::store {

// At most twenty errors of a kind are listed; the others are counted.
class Findings {
public:
  template <class... Values>
  void wrong(std::string_view kind, fmt::format_string<Values...> text, Values&&... values) {
    if (count(kind)) list(kind, fmt::format(text, std::forward<Values>(values)...));
  }

  // The two halves of wrong(), for a text that takes work: counts one more error of a kind, and
  // says whether it is to be listed.
  bool count(std::string_view kind);
  void list(std::string_view kind, std::string_view text);

  // All errors, and how many more there are of each kind. Leaves nothing.
  std::vector<std::string> take();

private:
  std::vector<std::string> errors_;
  std::map<std::string, std::size_t, std::less<>> counts_;
};

// Rows that refer to something, but cannot be read: as many references may be missing where they
// are counted.
class LostReferences {
public:
  void add() { ++left_; }

  // Whether such rows account for fewer references than a record says. Each does so once.
  bool explain(std::uint64_t counted, std::uint64_t recorded) {
    if (counted >= recorded || recorded - counted > left_) return false;
    left_ -= recorded - counted;
    return true;
  }

private:
  std::uint64_t left_ = 0;
};

} // namespace mox::store
