#include "dns/zone_entry.h"

#include "dns/zone.h"
#include "dns/zone_text.h"
#include "text/ascii.h"

#include <fmt/format.h>

namespace mox::dns {

namespace {

constexpr std::string_view mark_start = ";!";

bool is_blank(std::string_view entry) {
  return text::trim(entry).empty();
}

} // namespace

std::unexpected<Error> ZoneEntries::bad(std::string_view why) const {
  return failure(ErrorKind::invalid, fmt::format("line {}: {}", line_, why));
}

Result<std::optional<ZoneEntry>> ZoneEntries::next() {
  while (at_ < text_.size()) {
    ZoneEntry entry{.line = line_};
    if (text_.substr(at_).starts_with(mark_start)) {
      const auto start = at_ + mark_start.size();
      skip_comment();
      entry.is_mark = true;
      entry.text = text::trim(text_.substr(start, at_ - start));
    } else {
      MOX_TRY(read_entry(entry));
    }
    if (!is_blank(entry.text)) return entry;
  }
  return std::nullopt;
}

// Up to and with the end of the line that ends the entry.
Result<> ZoneEntries::read_entry(ZoneEntry& entry) {
  bool within_parentheses = false;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (entry.text.size() > zone_entry_limit) return bad("a record of more than 65,535 bytes");
    if (c == '\n') {
      ++line_;
      if (!within_parentheses) {
        ++at_;
        return ok();
      }
      entry.text += ' ';
    } else if (c == ';') {
      skip_comment();
      --at_; // its line end is the next character
    } else if (c == '(' || c == ')') {
      if (within_parentheses == (c == '(')) return bad("a parenthesis too many");
      within_parentheses = c == '(';
      entry.text += ' ';
    } else if (c == '"') {
      MOX_TRY(read_quoted(entry));
    } else if (c == '\\') {
      MOX_TRY(read_escape(entry));
    } else if (text::is_space(c)) {
      entry.text += ' ';
    } else if (text::is_printable(c)) {
      entry.text += c;
    } else {
      entry.text += zone_escape(static_cast<unsigned char>(c));
    }
  }
  if (within_parentheses) return bad("the text ends within parentheses");
  return ok();
}

// From the opening quote to the closing one.
Result<> ZoneEntries::read_quoted(ZoneEntry& entry) {
  entry.text += '"';
  for (++at_; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (entry.text.size() > zone_entry_limit) return bad("a record of more than 65,535 bytes");
    if (c == '"') {
      entry.text += '"';
      return ok();
    }
    if (c == '\n') break;
    if (c == '\\') {
      MOX_TRY(read_escape(entry));
    } else if (!text::is_printable(c) || c == ';' || c == '(' || c == ')') {
      entry.text += zone_escape(static_cast<unsigned char>(c));
    } else {
      entry.text += c;
    }
  }
  return bad("a quote without its end on the line");
}

// \DDD, three digits of one byte, or \X, the character itself. Stops at the last character.
Result<> ZoneEntries::read_escape(ZoneEntry& entry) {
  if (at_ + 1 >= text_.size()) return bad("a backslash at the end");
  const char next = text_[at_ + 1];
  if (!text::is_digit(next)) {
    if (next == '\n' || next == '\r') return bad("a backslash at the end of the line");
    ++at_;
    entry.text +=
        text::is_alnum(next) ? std::string(1, next) : zone_escape(static_cast<unsigned char>(next));
    return ok();
  }
  const auto digits = text_.substr(at_ + 1, 3);
  const auto number = text::parse_number<unsigned char>(digits);
  if (digits.size() != 3 || !number) return bad("a backslash with other than 000 to 255 behind it");
  entry.text += zone_escape(*number);
  at_ += 3;
  return ok();
}

// Stops at the line end.
void ZoneEntries::skip_comment() {
  const auto end = text_.find('\n', at_);
  at_ = end == std::string_view::npos ? text_.size() : end;
}

} // namespace mox::dns
