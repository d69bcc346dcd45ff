#include "spf/directive.h"

#include "text/ascii.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mox::spf {

namespace {

using enum Mechanism;

constexpr auto npos = std::string_view::npos;

std::optional<Mechanism> find_mechanism(std::string_view name) {
  for (const auto mechanism : {all, include, a, mx, ptr, ip4, ip6, exists})
    if (text::iequals(name, to_string(mechanism))) return mechanism;
  return std::nullopt;
}

// qualifier = "+" / "-" / "?" / "~"
std::optional<Verdict> qualifier(char c) {
  switch (c) {
  case '+': return Verdict::pass;
  case '-': return Verdict::fail;
  case '~': return Verdict::softfail;
  case '?': return Verdict::neutral;
  default: return std::nullopt;
  }
}

// ip4-cidr-length = "/" ("0" / %x31-39 0*1DIGIT) ; value range 0-32
// ip6-cidr-length = "/" ("0" / %x31-39 0*2DIGIT) ; value range 0-128
Parsed<std::uint8_t> prefix(std::string_view digits, unsigned limit, std::size_t position) {
  const auto number = text::parse_number<unsigned>(digits);
  if (!number || *number > limit || digits.size() > 3 ||
      (digits.size() > 1 && digits.front() == '0'))
    return syntax_error(position,
                        "a length of a network that is not 0 to " + std::to_string(limit));
  return static_cast<std::uint8_t>(*number);
}

// Reads what stands behind the mechanism's name.
class Arguments {
public:
  Arguments(std::string_view text, std::size_t position) : text_(text), position_(position) {}

  // all = "all"
  Parsed<void> nothing() {
    if (text_.empty()) return {};
    return syntax_error(position_, "nothing may follow this mechanism");
  }

  // ":" domain-spec
  Parsed<MacroString> domain() {
    if (!text_.starts_with(':')) return syntax_error(position_, "a domain is missing");
    auto macros = parse_macros(text_.substr(1), MacroPlace::domain);
    if (!macros) macros.error().position += position_ + 1;
    return macros;
  }

  // [ ":" domain-spec ]
  Parsed<MacroString> optional_domain() {
    if (text_.empty()) return MacroString();
    return domain();
  }

  // dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]
  // It is taken off the end, where a domain has a letter or a macro: a domain may hold slashes.
  Parsed<void> take_dual_prefix(Directive& to) {
    if (const auto slash = slash_at_end(); slash != npos && slash > 0 && text_[slash - 1] == '/') {
      MOX_TRY_ASSIGN(length, prefix(text_.substr(slash + 1), 128, position_ + slash));
      to.prefix6 = length;
      text_ = text_.substr(0, slash - 1);
    }
    return take_prefix(to.prefix4, 32);
  }

  Parsed<void> take_prefix(std::uint8_t& to, unsigned limit) {
    const auto slash = slash_at_end();
    if (slash == npos) return {};
    MOX_TRY_ASSIGN(length, prefix(text_.substr(slash + 1), limit, position_ + slash));
    to = length;
    text_ = text_.substr(0, slash);
    return {};
  }

  // ":" ip4-network, or ":" ip6-network
  Parsed<Ip> network(bool v6) {
    if (!text_.starts_with(':')) return syntax_error(position_, "an address is missing");
    const auto ip = v6 ? parse_ip6(text_.substr(1)) : parse_ip4(text_.substr(1));
    if (!ip) return syntax_error(position_ + 1, v6 ? "not an IPv6 address" : "not an IPv4 address");
    return *ip;
  }

private:
  // Of the "/" that has nothing but digits behind it.
  std::size_t slash_at_end() const {
    const auto slash = text_.find_last_not_of("0123456789");
    return slash != npos && text_[slash] == '/' && slash + 1 < text_.size() ? slash : npos;
  }

  std::string_view text_;
  std::size_t position_;
};

Parsed<void> read_arguments(Directive& to, Arguments arguments) {
  switch (to.mechanism) {
  case all: return arguments.nothing();
  case include:
  case exists: {
    MOX_TRY_ASSIGN(domain, arguments.domain());
    to.domain = std::move(domain);
    return {};
  }
  case a:
  case mx: {
    MOX_TRY(arguments.take_dual_prefix(to));
    MOX_TRY_ASSIGN(domain, arguments.optional_domain());
    to.domain = std::move(domain);
    return {};
  }
  case ptr: {
    MOX_TRY_ASSIGN(domain, arguments.optional_domain());
    to.domain = std::move(domain);
    return {};
  }
  case ip4:
  case ip6: {
    const bool v6 = to.mechanism == ip6;
    MOX_TRY(arguments.take_prefix(v6 ? to.prefix6 : to.prefix4, v6 ? 128 : 32));
    MOX_TRY_ASSIGN(network, arguments.network(v6));
    to.network = network;
    return {};
  }
  }
  return {};
}

} // namespace

std::string_view to_string(Mechanism mechanism) {
  constexpr std::array<std::string_view, 8> names = {"all", "include", "a",   "mx",
                                                     "ptr", "ip4",     "ip6", "exists"};
  return names.at(static_cast<std::size_t>(mechanism));
}

Parsed<Directive> parse_directive(std::string_view term) {
  Directive directive;
  directive.text = term;
  std::size_t begin = 0;
  if (const auto verdict = term.empty() ? std::nullopt : qualifier(term.front())) {
    directive.verdict = *verdict;
    begin = 1;
  }
  const auto end = std::min(term.find_first_of(":/", begin), term.size());
  const auto mechanism = find_mechanism(term.substr(begin, end - begin));
  if (!mechanism) return syntax_error(begin, "no such mechanism");
  directive.mechanism = *mechanism;
  MOX_TRY(read_arguments(directive, Arguments(term.substr(end), end)));
  return directive;
}

} // namespace mox::spf
