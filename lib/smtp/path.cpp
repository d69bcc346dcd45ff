#include "smtp/path.h"

#include "text/ascii.h"
#include "text/utf8.h"

#include <algorithm>
#include <arpa/inet.h>

namespace mox::smtp {

namespace {

// Deviation: RFC 5321 section 4.5.3.1.1 stops at 64, but senders that code a return address into
// the localpart (VERP, SRS) go beyond.
constexpr std::size_t max_localpart = 255;
constexpr std::size_t max_domain = 255;
constexpr std::size_t max_label = 63;

using Failed = std::unexpected<std::string_view>;

bool is_utf8_byte(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

// atext (RFC 5322 section 3.2.3, RFC 6531 section 3.3)
bool is_atext(char c) {
  return text::is_alnum(c) || is_utf8_byte(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// Dot-string = Atom *("." Atom)
bool is_dot_string(std::string_view s) {
  if (s.empty() || s.front() == '.' || s.back() == '.') return false;
  if (s.find("..") != std::string_view::npos) return false;
  return std::ranges::all_of(s, [](char c) { return c == '.' || is_atext(c); });
}

bool is_label(std::string_view label) {
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  // A U-label is shorter once it is an A-label.
  if (label.size() > max_label && text::is_ascii(label)) return false;
  return std::ranges::all_of(
      label, [](char c) { return text::is_alnum(c) || c == '-' || c == '_' || is_utf8_byte(c); });
}

bool is_address(int family, std::string_view text) {
  unsigned char bytes[16];
  const std::string terminated(text);
  return terminated.find('\0') == std::string::npos &&
         inet_pton(family, terminated.c_str(), bytes) == 1;
}

// Quoted-string = DQUOTE *(qtextSMTP / quoted-pairSMTP) DQUOTE
std::expected<std::string, std::string_view> take_quoted(std::string_view& text) {
  text.remove_prefix(1);
  std::string value;
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\') text.remove_prefix(1);
    if (text.empty()) break;
    const char c = text.front();
    if (!text::is_printable(c) && !is_utf8_byte(c)) return Failed("bad character in localpart");
    value += c;
    text.remove_prefix(1);
  }
  if (text.empty()) return Failed("unfinished quoted localpart");
  text.remove_prefix(1);
  return value;
}

// Local-part = Dot-string / Quoted-string
std::expected<std::string, std::string_view> take_localpart(std::string_view& text) {
  std::string localpart;
  if (text.starts_with('"')) {
    MOX_TRY_ASSIGN(quoted, take_quoted(text));
    localpart = std::move(quoted);
  } else {
    const auto size = text.find_first_of("@>");
    if (size == std::string_view::npos) return Failed("unfinished address");
    localpart = text.substr(0, size);
    if (!is_dot_string(localpart)) return Failed("bad localpart");
    text.remove_prefix(size);
  }
  if (localpart.size() > max_localpart) return Failed("localpart too long");
  if (!text::is_utf8(localpart)) return Failed("localpart is not UTF-8");
  return localpart;
}

// Source-route = At-domain *("," At-domain) ":"
std::expected<void, std::string_view> drop_source_route(std::string_view& text) {
  while (text.starts_with('@')) {
    const auto end = text.find_first_of(",:>");
    if (end == std::string_view::npos || text[end] == '>') return Failed("bad source route");
    if (!is_domain(text.substr(1, end - 1))) return Failed("bad domain in source route");
    const bool last = text[end] == ':';
    text.remove_prefix(end + 1);
    if (last) return {};
  }
  return Failed("bad source route");
}

// Domain / address-literal, up to the closing angle bracket
std::expected<std::string, std::string_view> take_domain(std::string_view& text) {
  const auto end = text.find('>');
  if (end == std::string_view::npos) return Failed("closing angle bracket expected");
  const auto domain = text.substr(0, end);
  const bool literal = domain.starts_with('[');
  if (literal ? !is_address_literal(domain) : !is_domain(domain)) return Failed("bad domain");
  text.remove_prefix(end);
  return std::string(domain);
}

} // namespace

std::string to_string(const Path& path) {
  if (path.null()) return {};
  std::string text;
  if (is_dot_string(path.localpart)) {
    text = path.localpart;
  } else {
    text = '"';
    for (const char c : path.localpart) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  if (!path.domain.empty()) text += '@' + path.domain;
  return text;
}

bool needs_smtputf8(const Path& path) {
  return !text::is_ascii(path.localpart) || !text::is_ascii(path.domain);
}

// address-literal = "[" (IPv4-address-literal / IPv6-address-literal) "]"
bool is_address_literal(std::string_view text, bool lenient) {
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return false;
  const auto address = text.substr(1, text.size() - 2);
  constexpr std::string_view tag = "IPv6:";
  if (text::istarts_with(address, tag)) return is_address(AF_INET6, address.substr(tag.size()));
  return is_address(AF_INET, address) || (lenient && is_address(AF_INET6, address));
}

bool is_domain(std::string_view text) {
  if (text.size() > max_domain || !text::is_utf8(text)) return false;
  for (;;) {
    const auto dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// Path = "<" [A-d-l ":"] Mailbox ">"
std::expected<Path, std::string_view> take_path(std::string_view& text, bool allow_null,
                                                bool allow_postmaster) {
  if (!text.starts_with('<')) return Failed("opening angle bracket expected");
  text.remove_prefix(1);
  if (allow_null && text.starts_with('>')) {
    text.remove_prefix(1);
    return Path{};
  }
  if (text.starts_with('@')) MOX_TRY(drop_source_route(text));
  Path path;
  MOX_TRY_ASSIGN(localpart, take_localpart(text));
  path.localpart = std::move(localpart);
  if (text.starts_with('@')) {
    text.remove_prefix(1);
    MOX_TRY_ASSIGN(domain, take_domain(text));
    path.domain = std::move(domain);
  } else if (!allow_postmaster || !text::iequals(path.localpart, "postmaster")) {
    return Failed("address without a domain");
  }
  if (!text.starts_with('>')) return Failed("closing angle bracket expected");
  text.remove_prefix(1);
  return path;
}

} // namespace mox::smtp
