#include "message/bodystructure.h"

#include "message/envelope.h"
#include "text/ascii.h"

#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

namespace mox::message {

namespace {

// Content types, encodings and parameter names are shown in upper case: some clients compare with
// that and nothing else.
void append_keyword(std::string& to, std::string_view word) {
  append_imap_string(to, text::upper(word));
}

void append_number(std::string& to, std::uint64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  to.append(digits, end);
}

class BodyWriter {
public:
  BodyWriter(const Structure& structure, bool extended)
      : structure_(structure), extended_(extended) {}

  // The depth is that of the structure, which is bounded (max_depth).
  void write(std::uint32_t index) {
    const Part& part = structure_.parts[index];
    to_ += '(';
    if (part.kind == Part::Kind::multipart && part.end > index + 1)
      multipart(index);
    else
      single(index);
    to_ += ')';
  }

  std::string take() { return std::move(to_); }

private:
  // body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
  void multipart(std::uint32_t index) {
    const Part& part = structure_.parts[index];
    for (auto at = index + 1; at < part.end; at = structure_.parts[at].end) write(at);
    to_ += ' ';
    append_keyword(to_, part.subtype);
    if (!extended_) return;
    to_ += ' ';
    parameters(part.parameters);
    to_ += ' ';
    last_extensions(part);
  }

  // body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]
  // body-fields     = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP
  //                   body-fld-octets
  void single(std::uint32_t index) {
    const Part& part = structure_.parts[index];
    const bool is_message = part.kind == Part::Kind::message;
    const bool is_text = media_type(part);
    append_imap_nstring(to_, part.id);
    to_ += ' ';
    append_imap_nstring(to_, part.description);
    to_ += ' ';
    append_keyword(to_,
                   part.encoding == Encoding::other ? part.encoding_name : name(part.encoding));
    to_ += ' ';
    append_number(to_, part.body_size());
    if (is_message) {
      to_ += ' ';
      to_ += structure_.parts[index + 1].envelope;
      to_ += ' ';
      write(index + 1);
    }
    if (is_message || is_text) {
      to_ += ' ';
      append_number(to_, part.lines);
    }
    if (!extended_) return;
    to_ += ' ';
    append_imap_nstring(to_, part.md5);
    to_ += ' ';
    last_extensions(part);
  }

  // Type, subtype and parameters, as something that a client knows. Whether that is a text.
  bool media_type(const Part& part) {
    const bool is_message = part.is("message", "rfc822") || part.is("message", "global");
    if (part.type == "multipart") {
      to_ += R"("TEXT" "PLAIN" ("CHARSET" "US-ASCII") )";
      return true;
    }
    if (is_message && part.kind != Part::Kind::message) {
      to_ += R"("APPLICATION" "OCTET-STREAM" )";
      parameters(part.parameters);
      to_ += ' ';
      return false;
    }
    append_keyword(to_, part.type);
    to_ += ' ';
    append_keyword(to_, part.subtype);
    to_ += ' ';
    const bool is_text = part.type == "text";
    // RFC 9051 section 7.5.2: default values are shown, and US-ASCII is that of text.
    parameters(part.parameters, is_text && part.charset().empty());
    to_ += ' ';
    return is_text;
  }

  // body-fld-param = "(" string SP string *(SP string SP string) ")" / nil
  void parameters(const std::vector<Parameter>& all, bool default_charset = false) {
    if (all.empty() && !default_charset) {
      to_ += "NIL";
      return;
    }
    to_ += '(';
    if (default_charset) to_ += R"("CHARSET" "US-ASCII" )";
    for (const auto& [parameter, value] : all) {
      append_keyword(to_, parameter);
      to_ += ' ';
      append_imap_string(to_, value);
      to_ += ' ';
    }
    to_.back() = ')';
  }

  // body-fld-dsp SP body-fld-lang SP body-fld-loc
  void last_extensions(const Part& part) {
    if (part.disposition) {
      to_ += '(';
      append_keyword(to_, part.disposition->type);
      to_ += ' ';
      parameters(part.disposition->parameters);
      to_ += ") ";
    } else {
      to_ += "NIL ";
    }
    languages(part.languages);
    to_ += ' ';
    append_imap_nstring(to_, part.location);
  }

  void languages(const std::vector<std::string>& all) {
    if (all.empty()) {
      to_ += "NIL";
      return;
    }
    to_ += '(';
    for (const auto& language : all) {
      append_imap_string(to_, language);
      to_ += ' ';
    }
    to_.back() = ')';
  }

  const Structure& structure_;
  bool extended_;
  std::string to_;
};

std::string render(const Structure& structure, bool extended) {
  if (structure.parts.empty()) return {};
  BodyWriter writer(structure, extended);
  writer.write(0);
  return writer.take();
}

// Copies a BODYSTRUCTURE without its extension data.
class BodyReader {
public:
  explicit BodyReader(std::string_view text) : text_(text) {}

  std::optional<std::string> read() {
    if (!body(0) || !text_.empty()) return std::nullopt;
    return std::move(to_);
  }

private:
  bool body(std::size_t depth) {
    if (depth > max_depth || !copy('(')) return false;
    if (!(text_.starts_with('(') ? multipart(depth) : single(depth))) return false;
    while (!text_.starts_with(')'))
      if (!skip(' ') || !value(false)) return false;
    return copy(')');
  }

  bool multipart(std::size_t depth) {
    while (text_.starts_with('('))
      if (!body(depth + 1)) return false;
    return copy(' ') && value(true);
  }

  bool single(std::size_t depth) {
    const auto type = text_;
    for (int i = 0; i < 7; ++i)
      if ((i > 0 && !copy(' ')) || !value(true)) return false;
    if (type.starts_with(R"("MESSAGE" "RFC822")") || type.starts_with(R"("MESSAGE" "GLOBAL")"))
      return copy(' ') && value(true) && copy(' ') && body(depth + 1) && copy(' ') && value(true);
    return !type.starts_with(R"("TEXT")") || (copy(' ') && value(true));
  }

  // A string, a number, NIL or a list of such, which nests no deeper than an envelope.
  bool value(bool copied) {
    std::size_t depth = 0;
    auto rest = text_;
    do {
      if (rest.empty()) return false;
      const char c = rest.front();
      if (c == '"') {
        if (!skip_quoted(rest)) return false;
      } else if (c == '{') {
        if (!skip_literal(rest)) return false;
      } else {
        if (depth == 0 && (c == ' ' || c == ')')) return false;
        if (c == '(') ++depth;
        if (c == ')') --depth;
        rest.remove_prefix(1);
        const bool is_atom = c != '(' && c != ')' && c != ' ';
        while (is_atom && !rest.empty() && text::is_alnum(rest.front())) rest.remove_prefix(1);
      }
    } while (depth > 0);
    if (copied) to_ += text_.substr(0, text_.size() - rest.size());
    text_ = rest;
    return true;
  }

  static bool skip_quoted(std::string_view& rest) {
    for (std::size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '\\') {
        ++i;
      } else if (rest[i] == '"') {
        rest.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }

  static bool skip_literal(std::string_view& rest) {
    const auto end = rest.substr(0, 32).find("}\r\n");
    if (end == std::string_view::npos) return false;
    const auto size = text::parse_number<std::size_t>(rest.substr(1, end - 1));
    rest.remove_prefix(end + 3);
    if (!size || *size > rest.size()) return false;
    rest.remove_prefix(*size);
    return true;
  }

  bool skip(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool copy(char c) {
    if (!skip(c)) return false;
    to_ += c;
    return true;
  }

  std::string_view text_;
  std::string to_;
};

} // namespace

std::string bodystructure(const Structure& structure) {
  return render(structure, true);
}

std::string body(const Structure& structure) {
  return render(structure, false);
}

std::string body_of(std::string_view bodystructure) {
  return BodyReader(bodystructure).read().value_or(std::string());
}

} // namespace mox::message
