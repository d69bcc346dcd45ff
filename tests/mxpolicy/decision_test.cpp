// The whole table: every combination of what can be known.
#include "mxpolicy/decision.h"
#include "support/catch.h"

#include <optional>
#include <string>

using namespace mox::mxpolicy;

namespace {

constexpr Sts all_sts[] = {Sts::none, Sts::testing, Sts::enforce};
constexpr Dane all_dane[] = {Dane::none, Dane::usable, Dane::unusable, Dane::unknown};

// The table in other words than the code's.
std::string wanted(const Situation& s) {
  if (s.require_tls == false) return "deliver, any TLS, then plaintext";
  if (s.sts == Sts::enforce && !s.sts_matches) return "skip";
  if (s.dane == Dane::unknown) return "postpone";
  const bool strong = s.dane == Dane::usable || s.sts == Sts::enforce;
  if (s.require_tls == true && !strong) return "refuse";
  std::string text = "deliver";
  if (s.dane == Dane::usable) text += ", DANE";
  if (s.sts == Sts::enforce) text += ", authorities";
  if (!strong) text += s.dane == Dane::unusable ? ", some TLS" : ", any TLS";
  const bool optional = !strong && s.dane == Dane::none;
  if (optional && !s.never_plaintext) text += ", then plaintext";
  if (s.require_tls == true) text += ", REQUIRETLS";
  if (s.sts == Sts::testing && !s.sts_matches) text += ", report";
  return text;
}

std::string shown(const Decision& d) {
  if (d.action != Action::deliver) {
    CHECK(d == Decision{.action = d.action});
    return std::string(to_string(d.action));
  }
  std::string text = "deliver";
  if (d.verify_dane) text += ", DANE";
  if (d.verify_authorities) text += ", authorities";
  if (!d.verifies()) text += d.tls_required ? ", some TLS" : ", any TLS";
  if (d.verifies()) CHECK(d.tls_required);
  if (d.may_retry_plaintext) text += ", then plaintext";
  if (d.say_require_tls) text += ", REQUIRETLS";
  if (d.report_sts_mismatch) text += ", report";
  return text;
}

} // namespace

TEST_CASE("every combination") {
  int count = 0;
  for (const auto sts : all_sts)
    for (const bool matches : {false, true})
      for (const auto dane : all_dane)
        for (const auto wish : {std::optional<bool>(), std::optional(true), std::optional(false)})
          for (const bool never : {false, true}) {
            const Situation situation{.sts = sts,
                                      .sts_matches = matches,
                                      .dane = dane,
                                      .require_tls = wish,
                                      .never_plaintext = never};
            CAPTURE(static_cast<int>(sts), matches, static_cast<int>(dane), never);
            CHECK(shown(decide(situation)) == wanted(situation));
            ++count;
          }
  CHECK(count == 144);
}

TEST_CASE("what matters most") {
  // Mail that needs protection never goes to a host that promises none.
  CHECK(decide({.require_tls = true}).action == Action::refuse);
  CHECK(decide({.dane = Dane::unusable, .require_tls = true}).action == Action::refuse);
  // Who can keep TLSA records from us does not turn DANE off, and MTA-STS does not stand in.
  CHECK(decide({.sts = Sts::enforce, .sts_matches = true, .dane = Dane::unknown}).action ==
        Action::postpone);
  // A TLSA record that nobody understands does not make a policy of MTA-STS weaker.
  CHECK(decide({.sts = Sts::enforce, .sts_matches = true, .dane = Dane::unusable})
            .verify_authorities);
  CHECK_FALSE(decide({.dane = Dane::unusable}).may_retry_plaintext);
}
