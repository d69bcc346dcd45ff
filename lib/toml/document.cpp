// The only file that sees toml++.

#include "toml/document.h"

#include "result/result.h"
#include "text/utf8.h"
#include "toml/nesting.h"
#include "toml/place.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace mox::toml {

namespace {

std::string too_deep() {
  return fmt::format("more than {} arrays and tables in each other", depth_limit);
}

Place begin_of(const ::toml::source_region& region) {
  return {.line = region.begin.line, .column = region.begin.column};
}

// Makes our tree of that of toml++, from which the strings are taken.
class Conversion {
public:
  // False when there is a problem.
  bool table(::toml::table& from, Table& to, std::size_t depth) {
    const auto first = entries_.size();
    for (auto&& [key, node] : from) entries_.push_back({begin_of(key.source()), &key, &node});
    const auto last = entries_.size();
    put_in_order(first);
    to.members.reserve(last - first);
    for (auto i = first; i < last; ++i) {
      const auto [place, key, node] = entries_[i];
      auto& member = to.members.emplace_back(Member{std::string(key->str()), place, {}});
      if (!value(*node, member.value, depth)) return false;
    }
    entries_.resize(first);
    return true;
  }

  Problem problem() && { return std::move(problem_); }

private:
  struct Entry {
    Place place;
    const ::toml::key* key;
    ::toml::node* node;
  };

  // toml++ sorts by key: the order of the source is made from the places.
  void put_in_order(std::size_t first) {
    const auto stands_before = [](const Entry& a, const Entry& b) {
      return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
    };
    std::sort(entries_.begin() + static_cast<std::ptrdiff_t>(first), entries_.end(), stands_before);
  }

  bool array(::toml::array& from, Array& to, std::size_t depth) {
    to.resize(from.size());
    for (std::size_t i = 0; i < to.size(); ++i)
      if (!value(from[i], to[i], depth)) return false;
    return true;
  }

  // `depth`: how many arrays and tables are around it.
  bool value(::toml::node& from, Value& to, std::size_t depth) {
    to.place = begin_of(from.source());
    switch (from.type()) {
    case ::toml::node_type::table:
      return is_within(depth, to.place) &&
             table(*from.as_table(), to.data.emplace<Table>(), depth + 1);
    case ::toml::node_type::array:
      return is_within(depth, to.place) &&
             array(*from.as_array(), to.data.emplace<Array>(), depth + 1);
    case ::toml::node_type::string: to.data = std::move(from.as_string()->get()); break;
    case ::toml::node_type::integer: to.data = from.as_integer()->get(); break;
    case ::toml::node_type::floating_point: to.data = from.as_floating_point()->get(); break;
    case ::toml::node_type::boolean: to.data = from.as_boolean()->get(); break;
    default: to.data = Moment{}; break;
    }
    return true;
  }

  bool is_within(std::size_t depth, Place place) {
    if (depth < depth_limit) return true;
    problem_ = {.place = place, .text = too_deep()};
    return false;
  }

  std::vector<Entry> entries_; // of the tables that are being converted
  Problem problem_;
};

std::expected<void, Problem> check_limits(std::string_view text) {
  if (text.size() > size_limit)
    return std::unexpected(
        Problem{.text = fmt::format("{} bytes, which is more than the {} that are read",
                                    text.size(), size_limit)});
  if (!text::is_utf8(text))
    return std::unexpected(Problem{.place = place_of_malformed(text), .text = "this is not UTF-8"});
  if (const auto at = find_nesting(text, depth_limit))
    return std::unexpected(Problem{.place = place_of(text, *at), .text = too_deep()});
  return {};
}

} // namespace

const Value* Table::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &Member::key);
  return found == members.end() ? nullptr : &found->value;
}

std::expected<Table, Problem> parse(std::string_view text) {
  MOX_TRY(check_limits(text));
  try {
    auto parsed = ::toml::parse(text);
    Conversion conversion;
    Table document;
    if (!conversion.table(parsed, document, 0))
      return std::unexpected(std::move(conversion).problem());
    return document;
  } catch (const ::toml::parse_error& error) {
    // The text of an error is cut at a number of bytes.
    return std::unexpected(
        Problem{.place = begin_of(error.source()), .text = text::repair_utf8(error.description())});
  }
}

} // namespace mox::toml
