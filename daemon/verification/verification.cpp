#include "verification/verification.h"

#include "async/gate.h"
#include "dkimverify/verify.h"
#include "dmarc/author.h"

#include <chrono>
#include <exception>
#include <utility>

namespace mox::verification {

namespace {

// RFC 7208 section 4.6.4 wants this much for SPF; senders who wait half a minute only, and there
// are some, still hear that their message was taken when no name server answers.
constexpr std::chrono::seconds time_limit{20};
constexpr unsigned percent = 100;

dkim::Rules rules(const Means& means) {
  return {.now = std::chrono::floor<std::chrono::seconds>(means.clock.wall()),
          .is_public_suffix = [&suffixes = means.suffixes](const dns::Name& name) {
            return suffixes.is_public_suffix(name);
          }};
}

std::string_view algorithm_of(const dkim::Verdict& verdict) {
  const auto& algorithm = verdict.signature.algorithm;
  if (!algorithm) return "";
  return dkim::to_string(algorithm->key);
}

dmarc::Outcome outcome_of(spf::Verdict verdict) {
  if (verdict == spf::Verdict::pass) return dmarc::Outcome::pass;
  if (verdict == spf::Verdict::temperror) return dmarc::Outcome::temperror;
  return dmarc::Outcome::other;
}

dmarc::Outcome outcome_of(dkim::Status status) {
  if (status == dkim::Status::pass) return dmarc::Outcome::pass;
  if (status == dkim::Status::temperror) return dmarc::Outcome::temperror;
  return dmarc::Outcome::other;
}

dmarcverify::Question question(const Findings& findings, unsigned draw) {
  dmarcverify::Question asked{.author = findings.author, .draw = draw};
  if (!findings.spf.domain.empty())
    asked.spf.push_back(
        {.domain = findings.spf.domain, .outcome = outcome_of(findings.spf.verdict)});
  for (const auto& verdict : findings.dkim)
    if (!verdict.signature.domain.empty())
      asked.dkim.push_back({.domain = verdict.signature.domain,
                            .outcome = outcome_of(verdict.status),
                            .selector = verdict.signature.selector.ascii()});
  return asked;
}

} // namespace

Verification::Verification(Means& means) : means_(means), verifier_(rules(means)) {}

async::Task<Findings> Verification::finish(async::Executor executor, Client client,
                                           std::string_view header) {
  verifier_.finish();
  const auto deadline = means_.clock.steady() + time_limit;
  Findings findings;
  findings.spf_request = {.ip = client.ip,
                          .sender = spf::sender_of(client.mail_from, client.helo),
                          .helo = client.helo,
                          .receiver = client.receiver,
                          .time = means_.clock.wall()};
  // An exception must not leave the others alone with what is on this frame.
  std::exception_ptr failed;
  async::Gate gate(executor, [&failed](const std::exception_ptr& left) { failed = left; });
  gate.spawn(look_up_names(findings, client.ip, deadline));
  gate.spawn(verify_spf(findings, deadline));
  gate.spawn(verify_dkim(executor, findings, deadline));
  co_await gate.close();
  if (failed) std::rethrow_exception(failed);
  const message::Fields fields(header);
  co_await verify_dmarc(findings, fields, deadline);
  co_return findings;
}

async::Task<> Verification::look_up_names(Findings& findings, net::Address ip,
                                          SteadyTime deadline) {
  const auto begin = means_.clock.steady();
  findings.iprev = co_await iprev::lookup(means_.iprev, ip, deadline);
  means_.metrics.iprev_lookup(iprev::to_string(findings.iprev.status),
                              means_.clock.steady() - begin);
}

async::Task<> Verification::verify_spf(Findings& findings, SteadyTime deadline) {
  const auto begin = means_.clock.steady();
  auto request = findings.spf_request;
  findings.spf = co_await spfverify::verify(means_.spf, std::move(request), deadline);
  means_.metrics.spf_verify(spf::to_string(findings.spf.verdict), means_.clock.steady() - begin);
}

async::Task<> Verification::verify_dkim(async::Executor executor, Findings& findings,
                                        SteadyTime deadline) {
  const auto begin = means_.clock.steady();
  findings.dkim = co_await dkimverify::verify(std::move(executor), verifier_, means_.dkim, deadline,
                                              &means_.keys);
  const auto duration = means_.clock.steady() - begin;
  for (const auto& verdict : findings.dkim)
    means_.metrics.dkim_verify(algorithm_of(verdict), dkim::to_string(verdict.status), duration);
}

async::Task<> Verification::verify_dmarc(Findings& findings, const message::Fields& header,
                                         SteadyTime deadline) {
  auto author = dmarc::author_domain(header);
  if (!author) {
    findings.author_problem = std::move(author).error().text;
    co_return;
  }
  findings.author = *std::move(author);
  const auto begin = means_.clock.steady();
  const auto draw = static_cast<unsigned>(means_.random.number() % percent);
  auto asked = question(findings, draw);
  findings.dmarc =
      co_await dmarcverify::verify(means_.dmarc, means_.suffixes, std::move(asked), deadline);
  const auto& evaluation = findings.dmarc.evaluation;
  means_.metrics.dmarc_verify(dmarc::to_string(evaluation.status),
                              evaluation.reject() ? "yes" : "no",
                              evaluation.sampled_out ? "no" : "yes", means_.clock.steady() - begin);
}

} // namespace mox::verification
