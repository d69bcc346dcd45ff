#include "address/path.h"

#include "text/ascii.h"

namespace mox::address {

namespace {

std::unexpected<Error> bad(const char* why) {
  return failure(ErrorKind::invalid, std::string("address ") + why);
}

struct Parts {
  std::string_view localpart;
  std::string_view domain;
};

// Mailbox = Local-part "@" ( Domain / address-literal ). At signs can be quoted in a localpart, and
// stand nowhere in a domain, so the last one is the one.
Result<Parts> split(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return bad("has no at sign");
  if (at + 1 == text.size()) return bad("has no domain");
  return Parts{text.substr(0, at), text.substr(at + 1)};
}

template <class Print> std::string print(const Path& path, Print print_name) {
  if (path.null()) return "";
  const auto* literal = path.literal();
  return to_string(path.localpart) + '@' +
         (literal != nullptr ? to_string(*literal) : print_name(*path.name()));
}

} // namespace

std::string to_string(const Address& address) {
  return to_string(address.localpart) + '@' + address.domain.ascii();
}

std::string to_unicode(const Address& address) {
  return to_string(address.localpart) + '@' + address.domain.unicode();
}

Result<Address> parse_address(std::string_view text) {
  if (text.size() > path_limit) return bad("is too long");
  MOX_TRY_ASSIGN(parts, split(text));
  MOX_TRY_ASSIGN(localpart, parse_localpart(parts.localpart));
  MOX_TRY_ASSIGN(domain, dns::parse_name(parts.domain));
  return Address{std::move(localpart), std::move(domain)};
}

std::string to_string(const Path& path) {
  return print(path, [](const dns::Name& name) { return name.ascii(); });
}

std::string to_unicode(const Path& path) {
  return print(path, [](const dns::Name& name) { return name.unicode(); });
}

bool needs_smtputf8(const Path& path) {
  return !text::is_ascii(path.localpart.value);
}

Result<Path> parse_path(std::string_view text, PathRules rules) {
  if (text.size() > path_limit + rules.localpart_limit - localpart_limit) return bad("is too long");
  MOX_TRY_ASSIGN(parts, split(text));
  MOX_TRY_ASSIGN(localpart, parse_localpart(parts.localpart, rules.localpart_limit));
  if (parts.domain.front() == '[') {
    MOX_TRY_ASSIGN(literal, parse_literal(parts.domain));
    return Path{std::move(localpart), literal};
  }
  MOX_TRY_ASSIGN(
      name, dns::parse_name(parts.domain, {.underscore = rules.underscore, .trailing_dot = false}));
  return Path{std::move(localpart), std::move(name)};
}

} // namespace mox::address
