#include "spf/sender.h"

#include <utility>

namespace mox::spf {

namespace {

constexpr std::string_view postmaster = "postmaster";

// RFC 7208 section 4.3: a malformed domain, or one of a single label, has no policy.
dns::Name policy_domain(std::string_view text) {
  const auto name = dns::parse_name(text, {.underscore = true, .trailing_dot = true});
  return name && name->label_count() > 1 ? *name : dns::Name();
}

Sender helo_sender(std::string_view helo) {
  return {.identity = Identity::helo,
          .local = std::string(postmaster),
          .domain = policy_domain(helo),
          .text = std::string(helo)};
}

// RFC 7208 section 4.3: no localpart stands for "postmaster".
std::string local_or_postmaster(std::string local) {
  return local.empty() ? std::string(postmaster) : std::move(local);
}

} // namespace

std::string_view to_string(Identity identity) {
  return identity == Identity::helo ? "helo" : "mailfrom";
}

Sender sender_of(const address::Path& mail_from, std::string_view helo) {
  if (mail_from.null()) return helo_sender(helo);
  Sender sender{.local = local_or_postmaster(mail_from.localpart.value)};
  if (const auto* name = mail_from.name()) {
    sender.text = name->ascii();
    if (name->label_count() > 1) sender.domain = *name;
  } else {
    sender.text = address::to_string(*mail_from.literal());
  }
  return sender;
}

Sender sender_of(std::string_view mail_from, std::string_view helo) {
  if (mail_from.empty()) return helo_sender(helo);
  if (const auto path = address::parse_path(
          mail_from, {.localpart_limit = address::localpart_tolerance, .underscore = true}))
    return sender_of(*path, helo);
  const auto at = mail_from.rfind('@');
  const auto local = at == std::string_view::npos ? std::string_view() : mail_from.substr(0, at);
  const auto domain = at == std::string_view::npos ? mail_from : mail_from.substr(at + 1);
  return {.identity = Identity::mail_from,
          .local = local_or_postmaster(std::string(local)),
          .domain = policy_domain(domain),
          .text = std::string(domain)};
}

} // namespace mox::spf
