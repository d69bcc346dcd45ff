#include "localusers/senders.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace mox::localusers {

namespace {

// More would not help who reads them.
constexpr std::size_t most_shown = 5;

bool is_same(const address::Address& one, const smtp::Path& other) {
  const auto domain = dns::parse_name(other.domain, {.underscore = true, .trailing_dot = false});
  return domain && *domain == one.domain && one.localpart.value == other.localpart;
}

} // namespace

Senders::Senders(dns::Name hostname, Mapped mapped)
    : hostname_(std::move(hostname)), mapped_(std::move(mapped)) {}

const std::vector<address::Address>& Senders::mapped_for(const User& user) const {
  static const std::vector<address::Address> none;
  const auto found = mapped_.find(user.name);
  return found == mapped_.end() ? none : found->second;
}

smtp::Path Senders::own_address(const User& user) const {
  return {.localpart = user.name, .domain = hostname_.ascii()};
}

bool Senders::is_own(const User& user, const smtp::Path& address) const {
  return is_same({{user.name}, hostname_}, address);
}

bool Senders::may_use(const User& user, const smtp::Path& address) const {
  if (user.is_root() || is_own(user, address)) return true;
  return std::ranges::any_of(mapped_for(user),
                             [&](const auto& mapped) { return is_same(mapped, address); });
}

std::string Senders::allowed(const User& user) const {
  if (user.is_root()) return "any address";
  auto text = smtp::to_string(own_address(user));
  const auto& mapped = mapped_for(user);
  const auto shown = std::min(mapped.size(), most_shown);
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == mapped.size();
    text += fmt::format("{}{}", last ? " or " : ", ", address::to_unicode(mapped[i]));
  }
  if (shown < mapped.size()) text += fmt::format(" or {} others", mapped.size() - shown);
  return text;
}

} // namespace mox::localusers
