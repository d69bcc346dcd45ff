#include "arc/verifier.h"

#include "arc/seal_text.h"
#include "dkim/digest.h"
#include "dkim/signed_header.h"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace mox::arc {

namespace {

using dkim::Fault;
using dkim::Refusal;
using dkim::Status;
using dkim::Why;

const dkim::KeyAnswer& find_key(const dkim::KeyAnswers& keys, const dns::Name& name) {
  static const auto unknown = dkim::unknown_key("the key was not asked for");
  const auto found = keys.find(name);
  return found == keys.end() ? unknown : found->second;
}

void fail(Verdict& verdict, const Refusal& refusal, std::string_view what, unsigned instance) {
  if (verdict.chain == Chain::fail) return;
  verdict.chain = Chain::fail;
  verdict.temporary = refusal.status == Status::temperror;
  verdict.fault = Fault{refusal.fault.why,
                        fmt::format("{} with i={}{}{}", what, instance,
                                    refusal.fault.text.empty() ? "" : ": ", refusal.fault.text)};
}

} // namespace

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
  header_ = dkim::HeaderSection(reader_.header());
  sets_ = collect(header_);
  if (reader_.header_is_too_large())
    sets_.problem = Fault{Why::malformed_header,
                          fmt::format("more than {} bytes", dkim::MessageReader::header_limit)};
  if (sets_.problem) return;
  for (const auto& set : sets_.sets) {
    const auto& signature = set.message_signed.signature;
    body_numbers_.push_back(body_hashes_.want(
        {.form = signature.body, .hash = signature.algorithm->hash, .length = std::nullopt}));
  }
}

std::vector<dns::Name> Verifier::wanted_keys() const {
  if (sets_.problem) return {};
  std::set<dns::Name> names;
  for (const auto& set : sets_.sets) {
    names.insert(set.message_signed.signature.key_name);
    names.insert(set.sealed.signature.key_name);
  }
  return {names.begin(), names.end()};
}

std::optional<Refusal> Verifier::check(const Signed& field, const dkim::KeyAnswers& keys,
                                       std::string_view digest) const {
  const auto& signature = field.signature;
  if (signature.expires_at && *signature.expires_at < now_)
    return Refusal{Status::permerror, {Why::expired, {}}};
  const auto& key = find_key(keys, signature.key_name);
  if (auto refusal = dkim::check_key(signature, key)) return refusal;
  if (!key.record->key.verify(signature.algorithm->hash, digest, signature.signature))
    return Refusal{Status::fail, {Why::bad_signature, {}}};
  return std::nullopt;
}

std::optional<Refusal> Verifier::check_message(std::size_t index,
                                               const dkim::KeyAnswers& keys) const {
  const auto& set = sets_.sets[index];
  const auto& signature = set.message_signed.signature;
  const auto digest = dkim::signed_digest(header_, *set.message_signature, signature);
  if (auto refusal = check(set.message_signed, keys, digest)) return refusal;
  if (body_hashes_.result(body_numbers_[index]).digest != signature.body_hash)
    return Refusal{Status::fail, {Why::body_hash, {}}};
  return std::nullopt;
}

std::optional<Refusal> Verifier::check_seal(std::size_t index, const dkim::KeyAnswers& keys) const {
  const auto& sealed = sets_.sets[index].sealed;
  std::string text;
  for (std::size_t i = 0; i < index; ++i) append_set(text, header_, sets_.sets[i]);
  append_last_set(text, header_, sets_.sets[index]);
  return check(sealed, keys, dkim::digest(sealed.signature.algorithm->hash, text));
}

Verdict Verifier::verdict(const dkim::KeyAnswers& keys) const {
  Verdict verdict;
  if (sets_.problem) {
    verdict.chain = Chain::fail;
    verdict.fault = sets_.problem;
    return verdict;
  }
  const auto count = sets_.sets.size();
  if (count == 0) return verdict;
  verdict.chain = Chain::pass;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& set = sets_.sets[i];
    verdict.hops.push_back({.instance = static_cast<unsigned>(i + 1),
                            .results = set.results_text,
                            .message_signature = set.message_signed.signature,
                            .seal = set.sealed.signature,
                            .chain = set.sealed.chain,
                            .message_refusal = {},
                            .seal_refusal = {},
                            .authentic = find_key(keys, set.sealed.signature.key_name).authentic});
  }
  // From the newest on. The message may have been changed between older hops.
  bool unchanged = true;
  for (std::size_t i = count; i-- > 0;) {
    auto& hop = verdict.hops[i];
    if (unchanged) {
      hop.message_refusal = check_message(i, keys);
      hop.message_checked = true;
      if (hop.message_refusal) {
        unchanged = false;
        verdict.oldest_pass = hop.instance + 1;
      }
    }
    hop.seal_refusal = check_seal(i, keys);
  }
  if (const auto& newest = verdict.hops.back(); newest.message_refusal)
    fail(verdict, *newest.message_refusal, message_signature_name, newest.instance);
  for (auto hop = verdict.hops.rbegin(); hop != verdict.hops.rend(); ++hop)
    if (hop->seal_refusal) fail(verdict, *hop->seal_refusal, seal_name, hop->instance);
  if (verdict.chain == Chain::fail) verdict.oldest_pass = 0;
  return verdict;
}

} // namespace mox::arc
