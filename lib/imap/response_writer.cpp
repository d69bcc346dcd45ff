#include "imap/response_writer.h"

#include "imap/cursor.h"
#include "text/ascii.h"

#include <algorithm>
#include <charconv>

namespace mox::imap {

namespace {

// Beyond this a literal is easier on both sides.
constexpr std::size_t max_quoted = 1000;

std::string_view condition_name(Condition condition) {
  switch (condition) {
  case Condition::ok: return "OK";
  case Condition::no: return "NO";
  case Condition::bad: return "BAD";
  case Condition::bye: return "BYE";
  case Condition::preauth: return "PREAUTH";
  }
  return "";
}

// With CR, LF and NUL as spaces.
void append_line_text(std::string& out, std::string_view text) {
  const auto start = out.size();
  out += text;
  for (auto i = start; i < out.size(); ++i)
    if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0') out[i] = ' ';
}

bool is_nil(std::string_view s) {
  return text::iequals(s, "NIL");
}

} // namespace

bool is_astring(std::string_view s) {
  // NIL would be read as no string at all by a client that expects an nstring.
  return !s.empty() && std::ranges::all_of(s, is_astring_char) && !is_nil(s);
}

bool is_quotable(std::string_view s) {
  return std::ranges::all_of(s, text::is_printable);
}

bool is_atom(std::string_view s) {
  return !s.empty() && std::ranges::all_of(s, is_atom_char);
}

void ResponseWriter::status_line(Condition condition, std::string_view code,
                                 std::string_view text) {
  out_ += condition_name(condition);
  out_ += ' ';
  if (!code.empty()) {
    out_ += '[';
    append_line_text(out_, code);
    out_ += "] ";
  }
  append_line_text(out_, text);
  out_ += "\r\n";
}

void ResponseWriter::tagged(std::string_view tag, Condition condition, std::string_view code,
                            std::string_view text) {
  out_ += tag;
  out_ += ' ';
  status_line(condition, code, text);
}

void ResponseWriter::untagged(Condition condition, std::string_view code, std::string_view text) {
  out_ += "* ";
  status_line(condition, code, text);
}

void ResponseWriter::continuation(std::string_view text) {
  out_ += "+ ";
  append_line_text(out_, text);
  out_ += "\r\n";
}

void ResponseWriter::number_line(std::uint32_t number, std::string_view word) {
  out_ += "* ";
  number64(number);
  out_ += ' ';
  out_ += word;
  out_ += "\r\n";
}

ResponseWriter& ResponseWriter::raw(std::string_view bytes) {
  out_ += bytes;
  return *this;
}

ResponseWriter& ResponseWriter::raw(char c) {
  out_ += c;
  return *this;
}

ResponseWriter& ResponseWriter::number64(std::uint64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out_.append(digits, end);
  return *this;
}

// string = quoted / literal
ResponseWriter& ResponseWriter::string(std::string_view bytes) {
  if (bytes.size() > max_quoted || !is_quotable(bytes)) {
    const auto nuls = static_cast<std::size_t>(std::ranges::count(bytes, '\0'));
    literal_header(bytes.size() - nuls);
    const auto start = out_.size();
    out_ += bytes;
    if (nuls > 0)
      out_.erase(std::remove(out_.begin() + static_cast<std::ptrdiff_t>(start), out_.end(), '\0'),
                 out_.end());
    return *this;
  }
  out_ += '"';
  for (const char c : bytes) {
    if (c == '"' || c == '\\') out_ += '\\';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

ResponseWriter& ResponseWriter::nstring(const std::optional<std::string_view>& bytes) {
  return bytes ? string(*bytes) : raw("NIL");
}

ResponseWriter& ResponseWriter::astring(std::string_view bytes) {
  return is_astring(bytes) ? raw(bytes) : string(bytes);
}

ResponseWriter& ResponseWriter::literal_header(std::uint64_t size, bool binary) {
  if (binary) out_ += '~';
  out_ += '{';
  number64(size);
  out_ += "}\r\n";
  return *this;
}

// With UTF-8 allowed, a name of it stands between quotes: clients that enabled it expect that
// (RFC 6855 section 3), and literals are awkward in LIST.
ResponseWriter& ResponseWriter::mailbox(std::string_view name, NameForm form) {
  const auto wire = encode_mailbox(name, form);
  if (form == NameForm::mutf7 || text::is_ascii(wire)) return astring(wire);
  out_ += '"';
  for (const char c : wire) {
    if (c == '"' || c == '\\') out_ += '\\';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

ResponseWriter& ResponseWriter::date_time(const DateTime& time) {
  out_ += '"';
  append_date_time(out_, time);
  out_ += '"';
  return *this;
}

ResponseWriter& ResponseWriter::sequence_set(std::span<const SequenceRange> ranges) {
  append_sequence_set(out_, ranges);
  return *this;
}

ResponseWriter& ResponseWriter::sequence_set(std::span<const std::uint32_t> sorted_numbers) {
  append_sequence_set(out_, sorted_numbers);
  return *this;
}

ResponseWriter& ResponseWriter::crlf() {
  return raw("\r\n");
}

} // namespace mox::imap
