#include "dkim/verifier.h"

#include "dkim/signed_header.h"
#include "text/ascii.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace mox::dkim {

namespace {

constexpr std::string_view field_name = "DKIM-Signature";

Refusal refuse(Status status, Why why, std::string text) {
  return {.status = status, .fault = {.why = why, .text = std::move(text)}};
}

bool signs(const Signature& signature, std::string_view name) {
  return std::ranges::any_of(signature.signed_names, [&](std::string_view signed_name) {
    return text::iequals(signed_name, name);
  });
}

} // namespace

Verifier::Verifier(Rules rules) : rules_(std::move(rules)) {}

void Verifier::feed(std::string_view chunk) {
  const bool had_header = has_header();
  const auto body = reader_.feed(chunk);
  if (!had_header && has_header()) read_header();
  if (has_header()) body_hashes_.feed(body);
}

void Verifier::finish() {
  if (!has_header()) {
    reader_.finish();
    read_header();
  }
  body_hashes_.finish();
}

void Verifier::read_header() {
  header_ = HeaderSection(reader_.header());
  for (const auto number : header_.all(field_name)) {
    if (candidates_.size() == rules_.signatures_limit) {
      ++passed_over_;
      continue;
    }
    Candidate candidate{.field = &header_.fields()[number], .parsed = {}, .body_hash = 0};
    candidate.parsed = parse_signature(candidate.field->body);
    auto& [signature, fault] = candidate.parsed;
    if (!fault) fault = check(signature);
    if (!fault)
      candidate.body_hash = body_hashes_.want(
          {.form = signature.body, .hash = signature.algorithm->hash, .length = signature.length});
    candidates_.push_back(std::move(candidate));
  }
}

// What can be said before the key is known.
std::optional<Fault> Verifier::check(const Signature& signature) const {
  if (reader_.header_is_too_large())
    return Fault{Why::malformed_header,
                 fmt::format("more than {} bytes", MessageReader::header_limit)};
  if (signature.expires_at && *signature.expires_at < rules_.now)
    return Fault{Why::expired, fmt::format("at {:%Y-%m-%d %H:%M:%S} UTC", *signature.expires_at)};
  if (rules_.is_public_suffix && rules_.is_public_suffix(signature.domain))
    return Fault{Why::top_level_domain, fmt::format("d={}", signature.domain.ascii())};
  return std::nullopt;
}

std::vector<dns::Name> Verifier::wanted_keys() const {
  std::set<dns::Name> names;
  for (const auto& candidate : candidates_)
    if (!candidate.parsed.fault) names.insert(candidate.parsed.signature.key_name);
  return {names.begin(), names.end()};
}

std::vector<Verdict> Verifier::verdicts(const KeyAnswers& keys) const {
  std::vector<Verdict> verdicts;
  verdicts.reserve(candidates_.size() + 1);
  for (const auto& candidate : candidates_) verdicts.push_back(judge(candidate, keys));
  if (passed_over_ > 0) {
    Verdict rest;
    rest.status = Status::neutral;
    rest.fault = Fault{Why::too_many, fmt::format("{} more than the {} that are looked at",
                                                  passed_over_, rules_.signatures_limit)};
    verdicts.push_back(std::move(rest));
  }
  return verdicts;
}

Verdict Verifier::judge(const Candidate& candidate, const KeyAnswers& keys) const {
  Verdict verdict;
  const auto& [signature, fault] = candidate.parsed;
  verdict.signature = signature;
  verdict.field = header_.text_of(*candidate.field);
  if (fault) {
    verdict.status = Status::permerror;
    verdict.fault = fault;
    return verdict;
  }
  const auto found = keys.find(signature.key_name);
  const auto& key = found == keys.end() ? unknown_key("the key was not asked for") : found->second;
  verdict.key = key.record;
  verdict.authentic = key.authentic;
  auto refusal = check_key(signature, key);
  if (!refusal) refusal = verify(candidate, key);
  if (!refusal) refusal = check_policy(signature);
  verdict.status = refusal ? refusal->status : Status::pass;
  if (refusal) verdict.fault = std::move(refusal->fault);
  if (refusal && key.record && key.record->record.is_test() && rules_.heed_test_mode)
    verdict.status = Status::none;
  return verdict;
}

std::optional<Refusal> Verifier::verify(const Candidate& candidate, const KeyAnswer& key) const {
  const auto& signature = candidate.parsed.signature;
  const auto& body = body_hashes_.result(candidate.body_hash);
  if (!body.enough)
    return refuse(Status::permerror, Why::body_length,
                  fmt::format("l={} is more than the body has", *signature.length));
  const auto hash = signature.algorithm->hash;
  const auto digest = signed_digest(header_, *candidate.field, signature);
  if (!key.record->key.verify(hash, digest, signature.signature))
    return refuse(Status::fail, Why::bad_signature,
                  "the header was changed, or this is not the key that signed it");
  if (body.digest != signature.body_hash)
    return refuse(Status::fail, Why::body_hash, "the body was changed");
  return std::nullopt;
}

// Of a signature that is right.
std::optional<Refusal> Verifier::check_policy(const Signature& signature) const {
  if (const auto count = header_.count("From"); count != 1)
    return refuse(Status::policy, Why::bad_from,
                  fmt::format("the message has {} From headers, not one", count));
  if (signature.algorithm->hash == Hash::sha1 && !rules_.accept_sha1)
    return refuse(Status::policy, Why::policy, "sha1 can be forged (RFC 8301)");
  if (signature.length && !rules_.accept_length)
    return refuse(Status::policy, Why::policy,
                  fmt::format("l={}: text that is not signed may follow", *signature.length));
  if (!signs(signature, "Subject") && rules_.need_subject)
    return refuse(Status::policy, Why::policy, "Subject is not signed");
  return std::nullopt;
}

} // namespace mox::dkim
