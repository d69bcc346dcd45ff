#include "message/preview.h"

#include "message/decoder.h"
#include "message/html_text.h"
#include "text/ascii.h"
#include "text/utf8.h"

#include <cstddef>
#include <utility>

namespace mox::message {

namespace {

constexpr std::size_t enough = 250; // characters; then no more lines are looked at
constexpr std::size_t max_signature_lines = 5;
constexpr std::string_view left_out = "[...]";

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return text::trim(line);
}

// Characters without a width, with which newsletters fill their previews.
bool is_invisible(char32_t c) {
  return c < ' ' || c == 127 || (c >= 0x80 && c < 0xa0) || c == 0xad || c == 0x34f || c == 0x61c ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

bool is_wide_space(char32_t c) {
  return c == '\t' || c == ' ' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x3000;
}

class Writer {
public:
  bool is_full() const { return characters_ >= enough; }

  void line(std::string_view text) {
    space_ = true;
    while (!text.empty() && characters_ < max_preview) character(text::next_utf8(text));
    if (!text.empty()) return;
    left_out_ = false;
  }

  void leave_out() {
    if (left_out_) return;
    line(left_out);
    left_out_ = true;
  }

  std::string take() { return std::move(result_); }

private:
  void character(char32_t c) {
    if (is_wide_space(c)) {
      space_ = true;
      return;
    }
    if (is_invisible(c)) return;
    if (space_ && !result_.empty()) {
      result_ += ' ';
      ++characters_;
    }
    space_ = false;
    if (characters_ == max_preview) return;
    text::append_utf8(result_, c);
    ++characters_;
  }

  std::string result_;
  std::size_t characters_ = 0;
  bool space_ = false;
  bool left_out_ = false;
};

bool is_quoted(std::string_view line) {
  return line.starts_with('>');
}

// A "--" line and a few lines to the end, none of them empty.
bool is_signature(std::string_view line, std::string_view rest) {
  if (line != "--") return false;
  rest = text::trim(rest);
  std::size_t lines = 0;
  while (!rest.empty()) {
    if (++lines >= max_signature_lines || take_line(rest).empty()) return false;
  }
  return true;
}

std::string_view next_line_with_text(std::string_view rest) {
  std::string_view line;
  while (line.empty() && !rest.empty()) line = take_line(rest);
  return line;
}

// "On <date>, <somebody> wrote:", on one line or two, before quoted text. Takes the second line.
bool take_introduction(std::string_view line, std::string_view& rest) {
  if (!line.starts_with("On ")) return false;
  auto after = rest;
  if (!line.ends_with(':') && !take_line(after).ends_with(':')) return false;
  if (!is_quoted(next_line_with_text(after))) return false;
  rest = after;
  return true;
}

std::string decoded_sample(const Message& message, const Part& part, std::size_t size) {
  TextDecoder decoder(part);
  std::string text;
  decoder.feed(std::string_view(message.sample).substr(0, size), text);
  decoder.finish(text);
  if (!part.is("text", "html")) return text;
  std::string plain;
  HtmlText html;
  html.feed(text, plain);
  html.finish(plain);
  return plain;
}

// Whether all that it may have was found.
bool write_preview(std::string_view text, Writer& writer) {
  while (!text.empty() && !writer.is_full()) {
    const auto line = take_line(text);
    if (line.empty()) continue;
    if (is_signature(line, text)) break;
    if (is_quoted(line) || take_introduction(line, text))
      writer.leave_out();
    else
      writer.line(line);
  }
  return writer.is_full();
}

} // namespace

std::string preview_of_text(std::string_view text) {
  Writer writer;
  write_preview(text, writer);
  return writer.take();
}

std::string preview(const Message& message) {
  if (message.sample_part == Part::none) return {};
  const Part& part = message.structure.parts[message.sample_part];
  // Nearly always the beginning is enough.
  for (const std::size_t size : {std::size_t{1} << 10, std::size_t{16} << 10, max_sample_size}) {
    Writer writer;
    const bool is_full = write_preview(decoded_sample(message, part, size), writer);
    if (is_full || size >= message.sample.size()) return writer.take();
  }
  return {};
}

} // namespace mox::message
