#include "dmarc/evaluate.h"

#include <algorithm>

namespace mox::dmarc {

namespace {

// RFC 7489 sections 3.1.1 and 3.1.2.
bool is_aligned(const Input& input, const Identifier& identifier, Mode mode) {
  if (identifier.domain.empty()) return false;
  if (identifier.domain == input.author) return true;
  if (mode == Mode::strict) return false;
  return !identifier.organizational.empty() && identifier.organizational == input.organizational;
}

// The organization could not be asked for, so that it might have been aligned. Only with a domain
// below that of the author's organization: others cannot be.
bool is_open(const Input& input, const Identifier& identifier, Mode mode) {
  return mode == Mode::relaxed && identifier.organizational.empty() &&
         identifier.outcome != Outcome::other && !identifier.domain.empty() &&
         identifier.domain.is_same_or_below(input.organizational);
}

std::vector<Aligned> align(const Input& input, const std::vector<Identifier>& identifiers,
                           Mode mode) {
  std::vector<Aligned> result;
  for (const auto& identifier : identifiers)
    result.push_back({identifier, is_aligned(input, identifier, mode)});
  return result;
}

bool any_passes(const std::vector<Aligned>& identifiers) {
  return std::ranges::any_of(identifiers, &Aligned::passes);
}

bool any_is_temporary(const Input& input, const std::vector<Aligned>& identifiers, Mode mode) {
  return std::ranges::any_of(identifiers, [&](const Aligned& each) {
    if (each.aligned) return each.identifier.outcome == Outcome::temperror;
    return is_open(input, each.identifier, mode);
  });
}

// RFC 7489 section 6.6.4.
Policy milder(Policy policy) {
  return policy == Policy::reject ? Policy::quarantine : Policy::none;
}

Policy disposition(const Evaluation& evaluation) {
  if (evaluation.status != Status::fail || evaluation.testing) return Policy::none;
  return evaluation.sampled_out ? milder(evaluation.applied.policy) : evaluation.applied.policy;
}

} // namespace

Applied applicable(const Record& record, bool own, bool exists) {
  if (own) return {record.policy, Source::p};
  if (!exists && record.nonexistent_policy) return {*record.nonexistent_policy, Source::np};
  if (record.subdomain_policy) return {*record.subdomain_policy, Source::sp};
  return {record.policy, Source::p};
}

bool Evaluation::spf_passes() const {
  return any_passes(spf);
}

bool Evaluation::dkim_passes() const {
  return any_passes(dkim);
}

Evaluation evaluate(const Input& input) {
  const auto& record = input.record;
  Evaluation result;
  result.applied = applicable(record, input.record_domain == input.author, input.exists);
  result.sampled_out = input.draw >= record.percentage;
  result.testing = record.testing;
  result.spf = align(input, input.spf, record.spf_mode);
  result.dkim = align(input, input.dkim, record.dkim_mode);
  if (result.spf_passes() || result.dkim_passes())
    result.status = Status::pass;
  else if (any_is_temporary(input, result.spf, record.spf_mode) ||
           any_is_temporary(input, result.dkim, record.dkim_mode))
    result.status = Status::temperror;
  else
    result.status = Status::fail;
  result.disposition = disposition(result);
  return result;
}

std::string_view to_string(Status status) {
  switch (status) {
  case Status::none: return "none";
  case Status::pass: return "pass";
  case Status::fail: return "fail";
  case Status::temperror: return "temperror";
  case Status::permerror: return "permerror";
  }
  return {};
}

std::string_view to_string(Source source) {
  switch (source) {
  case Source::p: return "p";
  case Source::sp: return "sp";
  case Source::np: return "np";
  }
  return {};
}

} // namespace mox::dmarc
