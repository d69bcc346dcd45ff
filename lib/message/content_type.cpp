#include "message/content_type.h"

#include "message/cfws.h"
#include "message/charset.h"
#include "message/encoded_word.h"
#include "message/hex.h"
#include "text/ascii.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace mox::message {

namespace {

// tspecials of RFC 2045 section 5.1; white space and controls do not belong to a token either, but
// bytes above 127 do, since there are mails that have them.
bool is_token_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte <= ' ' || byte == 127) return false;
  return std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

std::string_view take_token(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_token_character(text[length])) ++length;
  const auto token = text.substr(0, length);
  text.remove_prefix(length);
  return token;
}

// A value that should have been quoted (RFC 2045 section 5.1) but was not, such as a file name with
// "[" or an encoded word: up to white space, ";" or a comment.
std::string_view take_loose_token(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && !text::is_space(text[length]) && text[length] != ';') ++length;
  const auto token = text.substr(0, length);
  text.remove_prefix(length);
  return token;
}

// value := token / quoted-string
std::string take_value(std::string_view& text) {
  std::string value;
  if (text.starts_with('"')) {
    append_unquoted(value, take_quoted(text));
    return value;
  }
  auto rest = text;
  value = take_token(rest);
  if (!rest.empty() && rest.front() != ';' && rest.front() != '(' &&
      !text::is_space(rest.front())) {
    rest = text;
    value.clear();
    append_unquoted(value, take_loose_token(rest));
  }
  text = rest;
  return value;
}

void skip_past_semicolon(std::string_view& text) {
  while (!text.empty() && text.front() != ';') {
    if (text.front() == '"') {
      take_quoted(text);
    } else if (text.front() == '(') {
      skip_cfws(text);
    } else {
      text.remove_prefix(1);
    }
  }
  if (!text.empty()) text.remove_prefix(1);
}

// *(";" parameter)
// parameter := attribute "=" value
// The semicolon between two parameters may be missing when there is white space.
std::vector<Parameter> take_parameters(std::string_view text) {
  std::vector<Parameter> parameters;
  while (parameters.size() < max_parameters) {
    skip_cfws(text);
    while (!text.empty() && text.front() == ';') {
      text.remove_prefix(1);
      skip_cfws(text);
    }
    if (text.empty()) break;
    const auto name = take_token(text);
    skip_cfws(text);
    if (name.empty() || !text.starts_with('=')) {
      skip_past_semicolon(text);
      continue;
    }
    text.remove_prefix(1);
    skip_cfws(text);
    parameters.push_back({std::string(name), take_value(text)});
  }
  return parameters;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low >= 0) {
      result += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

// One piece of a continued or encoded parameter: name*, name*0, name*0*.
struct Piece {
  unsigned number = 0;
  bool encoded = false;
  std::string_view value;
  std::size_t position = 0; // among all pieces
};

// Nothing when `parameter` is not one of `name`'s.
std::optional<Piece> piece_of(const Parameter& parameter, std::string_view name) {
  std::string_view rest = parameter.name;
  if (!text::istarts_with(rest, name) || rest.size() == name.size() || rest[name.size()] != '*')
    return std::nullopt;
  rest.remove_prefix(name.size() + 1);
  Piece piece{.number = 0, .encoded = rest.empty(), .value = parameter.value, .position = 0};
  if (rest.empty()) return piece;
  if (rest.ends_with('*')) {
    piece.encoded = true;
    rest.remove_suffix(1);
  }
  const auto number = text::parse_number<std::uint16_t>(rest);
  if (!number) return std::nullopt;
  piece.number = *number;
  return piece;
}

// initial-section's extended-value := [charset] "'" [language] "'" extended-other-values
std::string_view take_charset(std::string_view& value) {
  const auto first = value.find('\'');
  const auto second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos) return {};
  const auto charset = value.substr(0, first);
  value.remove_prefix(second + 1);
  return charset;
}

std::string joined(std::vector<Piece> pieces) {
  std::ranges::sort(pieces, [](const Piece& a, const Piece& b) {
    return std::pair(a.number, a.position) < std::pair(b.number, b.position);
  });
  std::string_view charset;
  if (pieces.front().encoded) charset = take_charset(pieces.front().value);
  std::string bytes;
  unsigned next = pieces.front().number;
  for (const Piece& piece : pieces) {
    if (piece.number != next) break; // a piece is missing, or came twice
    ++next;
    bytes += piece.encoded ? percent_decoded(piece.value) : std::string(piece.value);
  }
  return to_utf8(bytes, charset);
}

} // namespace

// content := "Content-Type" ":" type "/" subtype *(";" parameter)
std::optional<MediaType> parse_content_type(std::string_view body) {
  skip_cfws(body);
  MediaType result;
  result.type = text::lower(take_token(body));
  skip_cfws(body);
  if (result.type.empty() || !body.starts_with('/')) return std::nullopt;
  body.remove_prefix(1);
  skip_cfws(body);
  result.subtype = text::lower(take_token(body));
  if (result.subtype.empty()) return std::nullopt;
  result.parameters = take_parameters(body);
  return result;
}

// disposition := "Content-Disposition" ":" disposition-type *(";" disposition-parm)
std::optional<Disposition> parse_disposition(std::string_view body) {
  skip_cfws(body);
  Disposition result;
  result.type = text::lower(take_token(body));
  if (result.type.empty()) return std::nullopt;
  result.parameters = take_parameters(body);
  return result;
}

// Language-List = *([CFWS] ",") Language-Tag *("," [Language-Tag])
std::vector<std::string> parse_languages(std::string_view body) {
  std::vector<std::string> languages;
  while (languages.size() < max_parameters) {
    skip_cfws(body);
    if (body.empty()) break;
    const auto tag = take_token(body);
    if (!tag.empty())
      languages.emplace_back(tag);
    else
      body.remove_prefix(1);
  }
  return languages;
}

std::string parse_token(std::string_view body) {
  skip_cfws(body);
  return std::string(take_token(body));
}

std::string_view find_parameter(std::span<const Parameter> parameters, std::string_view name) {
  for (const Parameter& parameter : parameters)
    if (text::iequals(parameter.name, name)) return parameter.value;
  return {};
}

std::optional<std::string> decoded_parameter(std::span<const Parameter> parameters,
                                             std::string_view name) {
  std::vector<Piece> pieces;
  for (const Parameter& parameter : parameters)
    if (auto piece = piece_of(parameter, name)) {
      piece->position = pieces.size();
      pieces.push_back(*piece);
    }
  if (!pieces.empty()) return joined(std::move(pieces));
  for (const Parameter& parameter : parameters)
    if (text::iequals(parameter.name, name)) return decode_words(parameter.value);
  return std::nullopt;
}

std::optional<std::string> file_name(std::span<const Parameter> content_type,
                                     const std::optional<Disposition>& disposition) {
  if (disposition)
    if (auto name = decoded_parameter(disposition->parameters, "filename")) return name;
  return decoded_parameter(content_type, "name");
}

} // namespace mox::message
