// Cuts the text of a zone file into entries (RFC 1035 section 5.1): joins lines, drops comments,
// and writes escapes in one way. Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mox::dns {

struct ZoneEntry {
  std::size_t line = 0; // where it begins, from 1
  bool is_mark = false; // `text` is what stands behind ";!"
  // On one line, without comments and parentheses. It begins with a space when it has no owner.
  // Characters that would end a word or a string stand as \DDD, and so do all that are not
  // printable.
  std::string text;
};

class ZoneEntries {
public:
  // `text` must outlive this.
  explicit ZoneEntries(std::string_view text) : text_(text) {}

  // Nothing at the end. Errors name the line.
  Result<std::optional<ZoneEntry>> next();

private:
  Result<> read_entry(ZoneEntry& entry);
  Result<> read_quoted(ZoneEntry& entry);
  Result<> read_escape(ZoneEntry& entry);
  void skip_comment();
  std::unexpected<Error> bad(std::string_view why) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

} // namespace mox::dns
