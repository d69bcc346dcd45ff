#include "address/literal.h"

#include "text/ascii.h"

#include <algorithm>
#include <arpa/inet.h>

namespace mox::address {

namespace {

std::unexpected<Error> bad(const char* why) {
  return failure(ErrorKind::invalid, std::string("address literal ") + why);
}

} // namespace

std::string to_string(const Literal& literal) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(literal.v6 ? AF_INET6 : AF_INET, literal.bytes.data(), text.data(), text.size());
  return std::string(literal.v6 ? "[IPv6:" : "[") + text.data() + ']';
}

// address-literal = "[" ( IPv4-address-literal / IPv6-address-literal ) "]"
// IPv4-address-literal = Snum 3("." Snum)
// IPv6-address-literal = "IPv6:" IPv6-addr
Result<Literal> parse_literal(std::string_view text) {
  constexpr std::string_view tag = "IPv6:";
  if (text.size() < 2 || text.front() != '[' || text.back() != ']')
    return bad("is not in brackets");
  text = text.substr(1, text.size() - 2);
  Literal literal;
  literal.v6 = text::istarts_with(text, tag);
  if (literal.v6) text.remove_prefix(tag.size());
  // inet_pton reads up to a NUL.
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos)
    return bad("is not an address");
  std::ranges::copy(text, terminated.begin());
  if (::inet_pton(literal.v6 ? AF_INET6 : AF_INET, terminated.data(), literal.bytes.data()) != 1)
    return bad("is not an address");
  return literal;
}

} // namespace mox::address
