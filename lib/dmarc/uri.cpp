#include "dmarc/uri.h"

#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mox::dmarc {

namespace {

struct Unit {
  char letter;
  unsigned shift;
};

// RFC 7489 section 6.2: powers of two.
constexpr std::array units = {Unit{'k', 10}, Unit{'m', 20}, Unit{'g', 30}, Unit{'t', 40}};

Result<std::uint64_t> parse_size(std::string_view text) {
  unsigned shift = 0;
  for (const auto& unit : units)
    if (!text.empty() && text::lower(text.back()) == unit.letter) shift = unit.shift;
  if (shift != 0) text.remove_suffix(1);
  const auto number = text::parse_number<std::uint64_t>(text);
  if (!number || *number > UINT64_MAX >> shift)
    return failure(ErrorKind::invalid, "the size behind \"!\" is no number");
  return *number << shift;
}

// scheme ":" and something; no spaces and nothing that RFC 3986 section 2 wants encoded.
bool is_uri(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  if (!text::is_alpha(text.front())) return false;
  const auto in_scheme = [](char c) {
    return text::is_alnum(c) || c == '+' || c == '-' || c == '.';
  };
  const auto in_uri = [](char c) {
    return text::is_printable(c) &&
           std::string_view(" \"<>\\^`{|},!;").find(c) == std::string_view::npos;
  };
  return std::ranges::all_of(text.substr(0, colon), in_scheme) &&
         std::ranges::all_of(text.substr(colon), in_uri);
}

int hex(char c) {
  if (text::is_digit(c)) return c - '0';
  const char letter = text::lower(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// Nothing when a "%" is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex(text[i + 1]);
    const int low = hex(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return bytes;
}

std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, 80)) result += text::is_printable(c) ? c : '?';
  return result;
}

} // namespace

Result<Uri> parse_uri(std::string_view text) {
  const auto mark = text.find('!');
  Uri uri{.text = std::string(text.substr(0, mark))};
  if (!is_uri(uri.text))
    return failure(ErrorKind::invalid, fmt::format("\"{}\" is no URI", printable(text)));
  if (mark != std::string_view::npos) {
    auto size = parse_size(text.substr(mark + 1));
    if (!size)
      return failure(ErrorKind::invalid,
                     fmt::format("\"{}\": {}", printable(text), size.error().text));
    uri.size = *size;
  }
  return uri;
}

Result<address::Address> mailto_address(const Uri& uri) {
  constexpr std::string_view scheme = "mailto:";
  if (!text::istarts_with(uri.text, scheme))
    return failure(ErrorKind::unsupported, fmt::format("\"{}\" is no mailto", uri.text));
  auto rest = std::string_view(uri.text).substr(scheme.size());
  rest = rest.substr(0, rest.find('?'));
  const auto text = percent_decoded(rest);
  if (!text)
    return failure(ErrorKind::invalid,
                   fmt::format("\"{}\" is not percent-encoded as it should", uri.text));
  return address::parse_address(*text);
}

std::string to_string(const Uri& uri) {
  if (!uri.size) return uri.text;
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit)
    if (*uri.size != 0 && *uri.size % (std::uint64_t{1} << unit->shift) == 0)
      return fmt::format("{}!{}{}", uri.text, *uri.size >> unit->shift, unit->letter);
  return fmt::format("{}!{}", uri.text, *uri.size);
}

} // namespace mox::dmarc
