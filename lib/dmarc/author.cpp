#include "dmarc/author.h"

#include "message/address_list.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::dmarc {

namespace {

using Kind = AuthorProblem::Kind;

// What the From fields have, whatever is wrong with them.
struct Authors {
  std::size_t addresses = 0;
  bool malformed = false;  // in some field
  bool bad_domain = false; // of some address
  std::vector<dns::Name> domains;
};

void add(Authors& to, const message::Field& field) {
  const auto list = message::parse_address_list(field.body);
  to.malformed = to.malformed || list.malformed;
  for (const auto& entry : list.entries) {
    if (entry.kind != message::ListEntry::Kind::mailbox) continue;
    ++to.addresses;
    auto name = dns::parse_name(entry.domain, {.underscore = true});
    if (!name)
      to.bad_domain = true;
    else if (to.domains.size() < author_limit &&
             std::ranges::find(to.domains, *name) == to.domains.end())
      to.domains.push_back(*std::move(name));
  }
}

} // namespace

Result<dns::Name, AuthorProblem> author_domain(const message::Fields& fields) {
  const auto found = fields.find_all("From");
  Authors authors;
  for (const auto* field : found) add(authors, *field);
  const auto problem = [&authors](Kind kind, std::string text) {
    return std::unexpected(AuthorProblem{kind, std::move(text), std::move(authors.domains)});
  };
  if (found.empty()) return problem(Kind::no_field, "the message has no From field");
  if (found.size() > 1)
    return problem(Kind::several_fields,
                   fmt::format("the message has {} From fields", found.size()));
  if (authors.malformed) return problem(Kind::malformed, "the From field is malformed");
  if (authors.bad_domain)
    return problem(Kind::bad_domain, "the From field has an address without a domain name");
  if (authors.addresses == 0) return problem(Kind::no_address, "the From field has no address");
  if (authors.domains.size() > 1)
    return problem(Kind::several_domains, "the From field has addresses of several domains");
  return std::move(authors.domains.front());
}

} // namespace mox::dmarc
