#include "smtp/reply.h"

#include "text/ascii.h"
#include "text/utf8.h"

#include <algorithm>
#include <utility>

namespace mox::smtp {

namespace {

constexpr std::size_t max_line = 510;   // without CRLF (RFC 5321 section 4.5.3.1.5)
constexpr std::size_t break_from = 400; // a line is broken at the last space behind this

void append_code(std::string& out, std::uint16_t code) {
  out += static_cast<char>('0' + code / 100 % 10);
  out += static_cast<char>('0' + code / 10 % 10);
  out += static_cast<char>('0' + code % 10);
}

std::string prefix_of(EnhancedCode enhanced) {
  return enhanced ? to_string(enhanced) + ' ' : "";
}

// The part of `text` that fits `room`, cut at a space when there is one far enough behind.
std::string_view fitting(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text;
  const auto space = text.substr(0, room + 1).rfind(' ');
  if (space != std::string_view::npos && space >= break_from) return text.substr(0, space);
  const auto cut = text::cut_utf8(text, room);
  return cut.empty() ? text.substr(0, room) : cut;
}

std::string printable(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return result;
}

void append_line(std::string& out, std::uint16_t code, bool last, std::string_view prefix,
                 std::string_view text) {
  append_code(out, code);
  out += last ? ' ' : '-';
  out += prefix;
  out += text;
  out += "\r\n";
}

// The digits of one number of an enhanced code: 1*3DIGIT.
std::optional<std::uint16_t> take_number(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && text::is_digit(text[size])) ++size;
  if (size == 0 || size > 3) return std::nullopt;
  const auto number = text::parse_number<std::uint16_t>(text.substr(0, size));
  text.remove_prefix(size);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

} // namespace

std::string to_string(EnhancedCode code) {
  return std::to_string(code.kind) + '.' + std::to_string(code.subject) + '.' +
         std::to_string(code.detail);
}

// status-code = class "." subject "." detail (RFC 3463 section 2)
EnhancedCode take_enhanced_code(std::string_view& text) {
  auto rest = text;
  const auto kind = take_number(rest);
  if (!kind || (*kind != 2 && *kind != 4 && *kind != 5) || !take(rest, '.')) return {};
  const auto subject = take_number(rest);
  if (!subject || !take(rest, '.')) return {};
  const auto detail = take_number(rest);
  if (!detail || (!rest.empty() && !take(rest, ' '))) return {};
  text = rest;
  return {*kind, *subject, *detail};
}

void append_reply(std::string& out, std::uint16_t code, EnhancedCode enhanced,
                  std::string_view text) {
  const auto prefix = prefix_of(enhanced);
  const std::size_t room = max_line - 4 - prefix.size();
  for (;;) {
    const auto end = text.find('\n');
    const bool last_line = end == std::string_view::npos;
    auto rest = std::string_view(text).substr(0, end);
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    const auto line = printable(rest);
    rest = line;
    for (;;) {
      const auto part = fitting(rest, room);
      rest.remove_prefix(part.size());
      if (rest.starts_with(' ')) rest.remove_prefix(1);
      append_line(out, code, last_line && rest.empty(), prefix, part);
      if (rest.empty()) break;
    }
    if (last_line) return;
    text.remove_prefix(end + 1);
  }
}

void append_ehlo_reply(std::string& out, const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    append_line(out, 250, i + 1 == lines.size(), "", printable(lines[i]));
}

std::string one_line(const Reply& reply, std::size_t size) {
  std::string text;
  for (const auto& line : reply.lines) {
    if (text.size() > size) break;
    if (!text.empty() && !line.empty()) text += ' ';
    text += line;
  }
  if (text.size() > size) text = std::string(text::cut_utf8(text, size)) + "...";
  auto codes = std::to_string(reply.code);
  if (reply.enhanced) codes += ' ' + to_string(reply.enhanced);
  return text.empty() ? codes : codes + ' ' + text;
}

Result<std::optional<Reply>> ReplyParser::add_line(std::string_view line) {
  const auto code = text::parse_number<std::uint16_t>(line.substr(0, 3));
  const bool has_code = code && line.size() >= 3 && *code >= 200 && *code < 600;
  if (!has_code || (line.size() > 3 && line[3] != ' ' && line[3] != '-'))
    return failure(ErrorKind::invalid, "not an SMTP reply");
  bytes_ += line.size();
  if (line.size() > max_line || reply_.lines.size() == max_lines || bytes_ > max_bytes)
    return failure(ErrorKind::invalid, "SMTP reply too long");
  const bool first = reply_.lines.empty();
  if (!first && *code != reply_.code)
    return failure(ErrorKind::invalid, "SMTP reply changes its code between lines");
  auto text = line.substr(std::min<std::size_t>(line.size(), 4));
  auto after_code = text;
  const auto enhanced = take_enhanced_code(after_code);
  reply_.code = *code;
  // A class other than the reply's own is text that only looks like a code.
  if (first && enhanced.kind == *code / 100) reply_.enhanced = enhanced;
  if (enhanced && enhanced == reply_.enhanced) text = after_code;
  reply_.lines.push_back(printable(text::repair_utf8(text)));
  if (line.size() > 3 && line[3] == '-') return std::nullopt;
  bytes_ = 0;
  return std::exchange(reply_, {});
}

} // namespace mox::smtp
