#include "toml/items.h"

#include "toml/print.h"

#include <algorithm>
#include <utility>

namespace mox::toml {

namespace {

// Reads from left to right; each part begins where the one before ended.
class Reader {
public:
  explicit Reader(std::string_view text) : text_(text) {}

  Items items() {
    const char close = text_.front() == '[' ? ']' : '}';
    ++at_;
    at_ = skip_rest_of_line(text_, at_);
    Items result{.head = taken()};
    while (at_ < text_.size()) {
      at_ = skip_spacing(text_, at_);
      if (at_ >= text_.size() || text_[at_] == close) break;
      result.items.push_back(item(close));
    }
    at_ = text_.size();
    result.tail = taken();
    return result;
  }

private:
  std::string taken() {
    const auto part = text_.substr(from_, at_ - from_);
    from_ = at_;
    return std::string(part);
  }

  // From its first byte.
  Item item(char close) {
    Item result{.gap = taken()};
    if (close == '}') {
      auto keys = read_keys(text_, at_);
      result.keys = std::move(keys.names);
      at_ = skip_blanks(text_, keys.end);
      at_ = skip_blanks(text_, at_ + 1); // behind the equals sign
      result.name = taken();
    }
    result.offset = at_;
    at_ = skip_value(text_, at_);
    result.value = taken();
    if (const auto comma = skip_spacing(text_, at_); comma < text_.size() && text_[comma] == ',') {
      at_ = comma;
      result.before_comma = taken();
      result.comma = true;
      from_ = ++at_;
    }
    at_ = skip_rest_of_line(text_, at_);
    result.rest = taken();
    return result;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t from_ = 0; // of the part that is being read
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

// How the items of a container are set.
struct Style {
  std::string first_gap; // of the first item, when it stands on the line of the bracket
  std::string gap = " "; // of the next ones on a line
  std::string indent;    // of an item on a line of its own
  std::string newline;
  bool last_comma = false;
};

std::string behind_newline(std::string_view text) {
  return std::string(text.substr(text.rfind('\n') + 1));
}

Style style_of(const Items& list) {
  Style style;
  style.newline = list.head.ends_with("\r\n") ? "\r\n" : "\n";
  const bool has_lines = list.head.ends_with('\n');
  if (list.items.empty()) {
    // Deeper than the closing bracket.
    style.indent = behind_newline(list.tail.substr(0, list.tail.size() - 1)) + "  ";
    style.first_gap = list.tail.ends_with('}') ? " " : "";
    style.last_comma = has_lines;
    return style;
  }
  const auto& first = list.items.front();
  if (!has_lines && is_blank(first.gap)) style.first_gap = first.gap;
  if (has_lines) style.indent = behind_newline(first.gap);
  if (list.items.size() > 1 && is_blank(list.items[1].gap)) style.gap = list.items[1].gap;
  style.last_comma = list.items.back().comma;
  return style;
}

Item new_member(PathView keys, std::string value) {
  return {.keys = Path(keys.begin(), keys.end()),
          .name = print_keys(keys) + " = ",
          .value = std::move(value),
          .placed = false};
}

// The item that is a table with `keys` in it.
Item* container_of(Items& list, PathView keys) {
  const auto found = std::ranges::find_if(list.items, [keys](const Item& item) {
    return item.keys.size() < keys.size() && starts_with(keys, item.keys);
  });
  return found == list.items.end() ? nullptr : &*found;
}

} // namespace

Items split(std::string_view text) {
  return Reader(text).items();
}

std::string join(const Items& items) {
  std::string text = items.head;
  for (const auto& item : items.items) {
    text += item.gap;
    text += item.name;
    text += item.value;
    text += item.before_comma;
    if (item.comma) text += ',';
    text += item.rest;
  }
  text += items.tail;
  return text;
}

void arrange(Items& items, const Items& before) {
  const auto style = style_of(before);
  bool begins_line = items.head.ends_with('\n');
  for (auto& item : items.items) {
    const bool first = &item == items.items.data();
    if (!item.placed) {
      item.gap = begins_line ? style.indent : first ? style.first_gap : style.gap;
      item.rest = begins_line ? style.newline : "";
    } else if (!begins_line && first && is_blank(item.gap)) {
      item.gap = style.first_gap;
    } else if (!begins_line && !first && item.offset == before.items.front().offset) {
      item.gap = style.gap;
    }
    item.comma = &item != &items.items.back() || style.last_comma;
    begins_line = item.rest.ends_with('\n');
  }
  if (before.items.empty() && items.tail == "}") items.tail = " }";
}

std::string with_member(std::string_view text, PathView keys, std::string value) {
  auto list = split(text);
  if (auto* inner = container_of(list, keys)) {
    inner->value = with_member(inner->value, keys.subspan(inner->keys.size()), std::move(value));
    return join(list);
  }
  const auto before = list;
  list.items.push_back(new_member(keys, std::move(value)));
  arrange(list, before);
  return join(list);
}

std::string without_member(std::string_view text, PathView keys) {
  auto list = split(text);
  if (auto* inner = container_of(list, keys)) {
    inner->value = without_member(inner->value, keys.subspan(inner->keys.size()));
    return join(list);
  }
  const auto before = list;
  const auto is_in = [](PathView path) {
    return [path](const Item& item) { return starts_with(item.keys, path); };
  };
  const auto first = std::ranges::find_if(list.items, is_in(keys)) - list.items.begin();
  std::erase_if(list.items, is_in(keys));
  if (std::ranges::none_of(list.items, is_in(parent(keys))) && keys.size() > 1)
    list.items.insert(list.items.begin() + first, new_member(parent(keys), "{}"));
  arrange(list, before);
  return list.items.empty() ? "{}" : join(list);
}

std::optional<Span> find_member(std::string_view text, PathView keys) {
  for (const auto& item : split(text).items) {
    if (!starts_with(keys, item.keys)) continue;
    const Span value{item.offset, item.offset + item.value.size()};
    if (keys.size() == item.keys.size()) return value;
    if (!item.value.starts_with('{')) continue;
    const auto inner = find_member(item.value, keys.subspan(item.keys.size()));
    if (inner) return Span{value.begin + inner->begin, value.begin + inner->end};
  }
  return std::nullopt;
}

} // namespace mox::toml
