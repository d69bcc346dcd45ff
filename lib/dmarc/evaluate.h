// From a DMARC record and the results of SPF and DKIM to what is to be done (RFC 7489 sections 3.1
// and 6.6). Pure: what needs asking (records, organizational domains) is handed in.
#pragma once

#include "dmarc/record.h"
#include "dns/name.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dmarc {

// What SPF or DKIM says of a domain, as far as it matters here.
enum class Outcome : std::uint8_t {
  pass,
  temperror,
  other, // fails, or says nothing
};

// A domain that SPF (MAIL FROM, or EHLO for the null path) or one DKIM signature (d=) speaks for.
struct Identifier {
  dns::Name domain;
  dns::Name organizational; // empty when it is not known for a passing moment
  Outcome outcome = Outcome::other;
  std::string selector = {}; // DKIM

  bool operator==(const Identifier&) const = default;
};

enum class Status : std::uint8_t {
  none,      // there is no policy, or no one author domain: DMARC says nothing
  pass,      // the author domain has sent it
  fail,      // it has not, or cannot be seen to have
  temperror, // may be known later
  permerror, // the record has no meaning
};

// Which tag gave the policy.
enum class Source : std::uint8_t { p, sp, np };

struct Applied {
  Policy policy = Policy::none;
  Source source = Source::p;
};

// RFC 7489 section 6.6.3 and RFC 9989 section 4.7. `own`: the record is that of the author domain,
// not of one above. `exists`: the author domain does.
Applied applicable(const Record& record, bool own, bool exists);

struct Input {
  dns::Name author;
  dns::Name organizational; // of the author
  const Record& record;
  dns::Name record_domain;      // where it was found, without "_dmarc."
  bool exists = true;           // the author domain does
  std::vector<Identifier> spf;  // none or one
  std::vector<Identifier> dkim; // one for each signature
  unsigned draw = 0;            // uniform in [0, 100): who is to be among the pct percent
};

struct Aligned {
  Identifier identifier;
  bool aligned = false; // in the mode that the record asks for, whether it passes or not

  bool passes() const { return aligned && identifier.outcome == Outcome::pass; }
};

struct Evaluation {
  Status status = Status::none;
  Applied applied;
  bool sampled_out = false; // by pct: the next milder policy is meant (RFC 7489 section 6.6.4)
  bool testing = false;     // t=y: none of it is meant (RFC 9989 section 4.7)
  // What the owner asks for this message; `none` unless the status is fail.
  Policy disposition = Policy::none;
  std::vector<Aligned> spf;
  std::vector<Aligned> dkim;

  bool spf_passes() const;
  bool dkim_passes() const;

  bool reject() const { return disposition == Policy::reject; }
};

// Deviation: of the identifiers that could not be checked for a passing moment only aligned ones
// make a temperror. RFC 7489 leaves it open; others must not count, or else whoever adds a
// signature of a domain that never answers is spared the policy.
Evaluation evaluate(const Input& input);

std::string_view to_string(Status status);
std::string_view to_string(Source source);

} // namespace mox::dmarc
