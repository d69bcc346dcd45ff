#include "dmarc/author.h"

#include "message/address_list.h"

#include <fmt/format.h>

#include <optional>

namespace mox::dmarc {

namespace {

using Kind = AuthorProblem::Kind;

std::unexpected<AuthorProblem> problem(Kind kind, std::string text) {
  return std::unexpected(AuthorProblem{kind, std::move(text)});
}

} // namespace

Result<dns::Name, AuthorProblem> author_domain(const message::Fields& fields) {
  const auto found = fields.find_all("From");
  if (found.empty()) return problem(Kind::no_field, "the message has no From field");
  if (found.size() > 1)
    return problem(Kind::several_fields,
                   fmt::format("the message has {} From fields", found.size()));
  const auto list = message::parse_address_list(found.front()->body);
  if (list.malformed) return problem(Kind::malformed, "the From field is malformed");
  std::optional<dns::Name> domain;
  for (const auto& entry : list.entries) {
    if (entry.kind != message::ListEntry::Kind::mailbox) continue;
    auto name = dns::parse_name(entry.domain, {.underscore = true});
    if (!name)
      return problem(Kind::bad_domain, "the From field has an address without a domain name");
    if (domain && *domain != *name)
      return problem(Kind::several_domains, "the From field has addresses of several domains");
    domain = *std::move(name);
  }
  if (!domain) return problem(Kind::no_address, "the From field has no address");
  return *domain;
}

} // namespace mox::dmarc
