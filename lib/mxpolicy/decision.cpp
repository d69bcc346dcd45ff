#include "mxpolicy/decision.h"

namespace mox::mxpolicy {

namespace {

// RFC 8689 section 5: the sender would rather have it delivered than protected. TLS is used where
// it can be had.
Decision ignore_policies() {
  return {.may_retry_plaintext = true};
}

} // namespace

Decision decide(const Situation& situation) {
  if (situation.require_tls == false) return ignore_policies();
  const bool enforced = situation.sts == Sts::enforce;
  // RFC 8461 section 4.1.
  if (enforced && !situation.sts_matches) return {.action = Action::skip};
  // RFC 7672 section 2.2: otherwise who can keep answers from us could turn DANE off. MTA-STS must
  // not stand in for it (RFC 8461 section 2).
  if (situation.dane == Dane::unknown) return {.action = Action::postpone};
  const bool dane = situation.dane == Dane::usable;
  if (situation.require_tls == true && !dane && !enforced) return {.action = Action::refuse};
  Decision decision;
  decision.verify_dane = dane;
  decision.verify_authorities = enforced;
  decision.tls_required = enforced || situation.dane != Dane::none;
  decision.say_require_tls = situation.require_tls == true;
  decision.may_retry_plaintext = !decision.tls_required && !situation.never_plaintext;
  decision.report_sts_mismatch = situation.sts == Sts::testing && !situation.sts_matches;
  return decision;
}

std::string_view to_string(Action action) {
  switch (action) {
  case Action::deliver: return "deliver";
  case Action::skip: return "skip";
  case Action::postpone: return "postpone";
  case Action::refuse: return "refuse";
  }
  return "refuse";
}

} // namespace mox::mxpolicy
