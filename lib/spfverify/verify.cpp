#include "spfverify/verify.h"

#include "address/localpart.h"
#include "spfverify/check.h"

#include <fmt/format.h>

namespace mox::spfverify {

namespace {

using spf::Verdict;

LookupProblem problem(const resolver::Failure& failure, const dns::Name& domain) {
  if (failure.absent())
    return {.verdict = Verdict::none,
            .text = fmt::format("{} has no record of SPF", domain.ascii()),
            .authentic = failure.authentic};
  // RFC 7208 section 4.3: a name that the DNS cannot have.
  if (failure.problem == resolver::Problem::unsupported)
    return {.verdict = Verdict::none, .text = failure.text};
  return {.verdict = Verdict::temperror, .text = failure.text};
}

// With U-labels where they may be.
std::string shown(const dns::Name& name, bool utf8) {
  return utf8 ? name.unicode() : name.ascii();
}

std::string shown_helo(const std::string& helo, bool utf8) {
  const auto name = dns::parse_name(helo, {.underscore = true, .trailing_dot = true});
  return name ? shown(*name, utf8) : helo;
}

// "domain müller.example (xn--mller-kva.example)"
std::string domain_comment(const Outcome& outcome, bool utf8) {
  if (outcome.domain.empty()) return "no domain";
  auto text = "domain " + shown(outcome.domain, utf8);
  if (utf8 && outcome.domain.is_internationalised())
    text += fmt::format(" [{}]", outcome.domain.ascii());
  return text;
}

} // namespace

async::Task<Outcome> verify(resolver::Resolver& resolver, Request request, SteadyTime deadline) {
  Check check(resolver, request, deadline);
  co_return co_await check.run();
}

async::Task<Result<Found, LookupProblem>> lookup(resolver::Resolver& resolver, dns::Name domain,
                                                 SteadyTime deadline) {
  auto texts = co_await resolver::lookup_txt(resolver, domain, deadline);
  if (!texts) co_return std::unexpected(problem(texts.error(), domain));
  const auto records = spf::select_records(texts->values);
  // RFC 7208 section 4.5.
  if (records.empty())
    co_return std::unexpected(
        LookupProblem{.verdict = Verdict::none,
                      .text = fmt::format("{} has no record of SPF", domain.ascii()),
                      .authentic = texts->authentic});
  if (records.size() > 1)
    co_return std::unexpected(
        LookupProblem{.verdict = Verdict::permerror,
                      .text = fmt::format("{} has {} records of SPF, where one may be",
                                          domain.ascii(), records.size()),
                      .authentic = texts->authentic});
  std::string text(records.front());
  auto record = spf::parse_record(text);
  if (!record)
    co_return std::unexpected(LookupProblem{
        .verdict = Verdict::permerror,
        .text = fmt::format("the record of {}: {}", domain.ascii(), spf::to_string(record.error())),
        .record = std::move(text),
        .authentic = texts->authentic});
  co_return Found{
      .text = std::move(text), .record = *std::move(record), .authentic = texts->authentic};
}

spf::ReceivedSpf received_spf(const Request& request, const Outcome& outcome, bool utf8) {
  const auto& sender = request.sender;
  auto comment = domain_comment(outcome, utf8);
  if (outcome.identity == spf::Identity::helo) comment += ", from ehlo because mailfrom is empty";
  const auto domain = sender.domain.empty() ? sender.text : shown(sender.domain, utf8);
  return {.verdict = outcome.verdict,
          .comment = std::move(comment),
          .client_ip = request.ip.to_string(),
          .envelope_from = address::to_string(address::Localpart{sender.local}) + '@' + domain,
          .helo = shown_helo(request.helo, utf8),
          .problem = outcome.problem,
          .mechanism = outcome.mechanism,
          .receiver = shown(request.receiver, utf8),
          .identity = std::string(spf::to_string(outcome.identity))};
}

} // namespace mox::spfverify
