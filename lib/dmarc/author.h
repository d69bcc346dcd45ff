// The domain that a message claims to be from (RFC 7489 section 6.6.1). Pure.
#pragma once

#include "dns/name.h"
#include "message/field.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mox::dmarc {

// Why a message has no one author domain. DMARC has nothing to say of it then, so that it passes
// for nobody.
struct AuthorProblem {
  enum class Kind : std::uint8_t {
    no_field,        // no From field
    several_fields,  // more than one: which of them a mail program shows is anyone's guess
    no_address,      // From names nobody, or only a group
    malformed,       // From cannot be read without guessing
    several_domains, // addresses of more than one domain
    bad_domain,      // no domain name: an address literal, or characters that names do not have
  };

  Kind kind = Kind::no_field;
  std::string text; // for people
  // Of all From fields, as far as they can be read, each once and the first `author_limit` of them:
  // a strict receiver takes the hardest policy of these (RFC 7489 section 6.6.1).
  std::vector<dns::Name> domains;
};

inline constexpr std::size_t author_limit = 10;

// Of the header section. Several addresses of one domain are fine.
Result<dns::Name, AuthorProblem> author_domain(const message::Fields& fields);

} // namespace mox::dmarc
