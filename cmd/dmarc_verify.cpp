#include "async/loop.h"
#include "clock/clock.h"
#include "commands.h"
#include "dialing.h"
#include "dkim.h"
#include "dkimverify/verify.h"
#include "dmarc/author.h"
#include "dmarcverify/verify.h"
#include "facts.h"
#include "message/parser.h"
#include "message_input.h"
#include "resolving.h"
#include "spfverify/verify.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

using dmarc::Identifier;
using dmarc::Outcome;

// What SPF and DKIM say: the words for people, and what of it counts.
struct Checked {
  std::string result;
  std::string why;
  Identifier identifier;
};

struct All {
  Checked spf;
  std::vector<Checked> dkim;
};

Checked checked(const spfverify::Outcome& outcome, const spf::Sender& sender) {
  Checked result;
  result.result = to_string(outcome.verdict);
  result.why = outcome.problem.empty() ? outcome.reason : outcome.problem;
  result.identifier.domain = sender.domain;
  if (outcome.verdict == spf::Verdict::pass) result.identifier.outcome = Outcome::pass;
  if (outcome.verdict == spf::Verdict::temperror) result.identifier.outcome = Outcome::temperror;
  return result;
}

Checked checked(const dkim::Verdict& verdict) {
  Checked result;
  result.result = to_string(verdict.status);
  if (verdict.fault) result.why = to_string(*verdict.fault);
  result.identifier.domain = verdict.signature.domain;
  result.identifier.selector = verdict.signature.selector.ascii();
  if (verdict.status == dkim::Status::pass) result.identifier.outcome = Outcome::pass;
  if (verdict.status == dkim::Status::temperror) result.identifier.outcome = Outcome::temperror;
  return result;
}

Facts facts_of(std::string_view mechanism, const Checked& check, const dmarc::Aligned* aligned,
               const dmarcverify::Verdict& verdict, dmarc::Mode mode) {
  Facts facts;
  facts.add("mechanism", mechanism).add("domain", check.identifier.domain.ascii());
  facts.add("selector", check.identifier.selector).add("result", check.result);
  facts.add("why", check.why);
  if (aligned == nullptr || !verdict.found) return facts;
  facts.add("aligned", aligned->aligned).add("alignment", to_string(mode));
  facts.add("organizational-domain", aligned->identifier.organizational.ascii());
  return facts;
}

std::vector<Facts> identifiers(const All& all, const dmarcverify::Verdict& verdict) {
  const auto& evaluation = verdict.evaluation;
  const dmarc::Record record = verdict.found ? verdict.found->record : dmarc::Record();
  std::vector<Facts> parts;
  parts.push_back(facts_of("spf", all.spf, evaluation.spf.empty() ? nullptr : &evaluation.spf[0],
                           verdict, record.spf_mode));
  for (std::size_t i = 0; i < all.dkim.size(); ++i)
    parts.push_back(facts_of("dkim", all.dkim[i],
                             i < evaluation.dkim.size() ? &evaluation.dkim[i] : nullptr, verdict,
                             record.dkim_mode));
  return parts;
}

Facts summary(const dns::Name& author, const dmarcverify::Verdict& verdict) {
  const auto& evaluation = verdict.evaluation;
  Facts facts;
  facts.add("result", to_string(evaluation.status)).add("why", verdict.problem);
  facts.add("from-domain", author.ascii());
  facts.add("organizational-domain", verdict.organizational.ascii());
  if (verdict.found) {
    facts.add("policy", to_string(evaluation.applied.policy));
    facts.add("policy-tag", to_string(evaluation.applied.source));
    facts.add("disposition", to_string(evaluation.disposition));
    facts.add("percentage", std::int64_t{verdict.found->record.percentage});
    facts.add("testing", evaluation.testing);
    facts.add("record-domain", verdict.found->domain.ascii());
  }
  facts.add("dnssec", verdict.authentic);
  if (verdict.found) facts.add("record", verdict.found->text);
  return facts;
}

int exit_code(dmarc::Status status) {
  if (status == dmarc::Status::pass) return exit_holds;
  return status == dmarc::Status::temperror ? exit_temporary : exit_fails;
}

dmarcverify::Question question(const cli::Invocation& invocation, dns::Name author,
                               const All& all) {
  dmarcverify::Question asked{.author = std::move(author)};
  if (invocation.given("--tree-walk")) asked.discovery = dmarcverify::Discovery::tree_walk;
  asked.spf = {all.spf.identifier};
  for (const auto& each : all.dkim) asked.dkim.push_back(each.identifier);
  return asked;
}

} // namespace

Result<int> dmarc_verify(const cli::Invocation& invocation) {
  const auto ip = net::Address::parse(invocation.argument("IP"));
  if (!ip) return end(invocation, exit_wrong_use, ip.error().text);
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  const auto suffixes = publicsuffix::List::built_in();
  dkim::Verifier verifier({.now = time_of(invocation), .is_public_suffix = [&](const dns::Name& n) {
                             return suffixes.is_public_suffix(n);
                           }});
  std::string header;
  MOX_TRY(feed_message(invocation.argument("FILE"), [&](std::string_view chunk) {
    verifier.feed(chunk);
    header += chunk.substr(0, message::max_header_size - header.size());
  }));
  verifier.finish();
  const auto author = dmarc::author_domain(message::Fields(header));

  const auto deadline = SystemClock().steady() + lookup_time;
  const auto sender = spf::sender_of(invocation.argument("MAILFROM"), invocation.argument("HELO"));
  All all;
  all.spf = checked(loop.run(spfverify::verify(*resolver,
                                               {.ip = *ip,
                                                .sender = sender,
                                                .helo = std::string(invocation.argument("HELO")),
                                                .time = time_of(invocation)},
                                               deadline)),
                    sender);
  for (const auto& each :
       loop.run(dkimverify::verify(loop.executor(), verifier, *resolver, deadline)))
    all.dkim.push_back(checked(each));

  dmarcverify::Verdict verdict;
  if (author)
    verdict = loop.run(
        dmarcverify::verify(*resolver, suffixes, question(invocation, *author, all), deadline));
  else
    verdict.problem = author.error().text;
  print(invocation, summary(author.value_or(dns::Name()), verdict), "identifiers",
        identifiers(all, verdict));
  return exit_code(verdict.evaluation.status);
}

} // namespace mox::cmd
