// What a message says about its verification.

#include "authres/authres.h"
#include "spf/received_spf.h"
#include "text/base64.h"
#include "verification/verification.h"

#include <fmt/format.h>

#include <utility>

namespace mox::verification {

namespace {

// Enough of b= to tell the signatures of a message apart (RFC 6008).
constexpr std::size_t shown_of_signature = 12;

std::string_view proven(bool authentic) {
  return authentic ? "with dnssec" : "without dnssec";
}

std::string written(const dns::Name& name, bool utf8) {
  return utf8 ? name.unicode() : name.ascii();
}

authres::Method iprev_method(const Findings& findings) {
  return {.name = "iprev",
          .result = std::string(iprev::to_string(findings.iprev.status)),
          .comment = std::string(proven(findings.iprev.authentic)),
          .properties = {
              {.type = "policy", .name = "iprev", .value = findings.spf_request.ip.to_string()}}};
}

authres::Method dkim_method(const dkim::Verdict& verdict, bool utf8) {
  authres::Method method{.name = "dkim", .result = std::string(dkim::to_string(verdict.status))};
  if (verdict.key)
    method.comment =
        fmt::format("{} bit {}, {}", verdict.key->key.bits(),
                    dkim::to_string(verdict.key->key.type()), proven(verdict.authentic));
  if (verdict.fault) method.reason = dkim::to_string(*verdict.fault);
  const auto& signature = verdict.signature;
  const auto add = [&method](std::string_view name, std::string value) {
    if (value.empty()) return;
    method.properties.push_back(
        {.type = "header", .name = std::string(name), .value = std::move(value)});
  };
  add("d", written(signature.domain, utf8));
  add("s", written(signature.selector, utf8));
  if (signature.algorithm) add("a", dkim::to_string(*signature.algorithm));
  add("b", text::base64_encode(signature.signature).substr(0, shown_of_signature));
  if (signature.identity) add("i", dkim::to_string(*signature.identity));
  return method;
}

authres::Method spf_method(const Findings& findings, bool utf8) {
  const auto& sender = findings.spf_request.sender;
  const bool by_helo = sender.identity == spf::Identity::helo;
  authres::Method method{.name = "spf",
                         .result = std::string(spf::to_string(findings.spf.verdict))};
  method.comment = std::string(proven(findings.spf.authentic));
  method.reason = findings.spf.problem;
  const auto domain = sender.domain.empty() ? sender.text : written(sender.domain, utf8);
  method.properties.push_back({.type = "smtp",
                               .name = by_helo ? "helo" : "mailfrom",
                               .value = by_helo ? domain : sender.local + '@' + domain});
  return method;
}

authres::Method dmarc_method(const Findings& findings, bool utf8) {
  const auto& evaluation = findings.dmarc.evaluation;
  authres::Method method{.name = "dmarc",
                         .result = std::string(dmarc::to_string(evaluation.status))};
  if (findings.author.empty()) {
    method.reason = findings.author_problem;
    return method;
  }
  method.comment = std::string(proven(findings.dmarc.authentic));
  if (evaluation.sampled_out) method.comment += ", not among those that the policy is for";
  method.reason = findings.dmarc.problem;
  method.properties.push_back(
      {.type = "header", .name = "from", .value = written(findings.author, utf8)});
  return method;
}

} // namespace

std::string fields(const Findings& findings, std::string_view server, bool utf8) {
  authres::Results results{.server = std::string(server)};
  results.methods.push_back(iprev_method(findings));
  for (const auto& verdict : findings.dkim) results.methods.push_back(dkim_method(verdict, utf8));
  if (findings.dkim.empty())
    results.methods.push_back({.name = "dkim", .result = "none", .comment = "no signature"});
  results.methods.push_back(spf_method(findings, utf8));
  results.methods.push_back(dmarc_method(findings, utf8));
  return authres::format(results, utf8) +
         spf::format_received_spf(spfverify::received_spf(findings.spf_request, findings.spf, utf8),
                                  utf8);
}

} // namespace mox::verification
