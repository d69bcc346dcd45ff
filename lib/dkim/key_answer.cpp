#include "dkim/key_answer.h"

#include <fmt/format.h>

#include <utility>

namespace mox::dkim {

namespace {

Refusal permanent(Why why, std::string text = {}) {
  return {.status = Status::permerror, .fault = {.why = why, .text = std::move(text)}};
}

Refusal temporary(Why why, std::string text) {
  return {.status = Status::temperror, .fault = {.why = why, .text = std::move(text)}};
}

KeyAnswer refused(Refusal refusal, bool authentic) {
  return {.record = nullptr, .refusal = std::move(refusal), .authentic = authentic};
}

// RFC 8301 section 3.2: keys of less than 1024 bits do not verify; there the larger ones end that
// we bear the cost of.
std::optional<Fault> check_size(const PublicKey& key) {
  if (key.type() != KeyType::rsa) return std::nullopt;
  if (key.bits() < smallest_rsa)
    return Fault{Why::weak_key, fmt::format("{} bits, not {}", key.bits(), smallest_rsa)};
  if (key.bits() > largest_rsa)
    return Fault{Why::large_key, fmt::format("{} bits, more than {}", key.bits(), largest_rsa)};
  return std::nullopt;
}

std::shared_ptr<const KeyRecord> with_key(std::string text, Record record) {
  auto made = std::make_shared<KeyRecord>();
  made->text = std::move(text);
  made->record = std::move(record);
  const auto type = parse_key_type(made->record.key_type);
  if (!type || made->record.public_key.empty()) return made; // check_key() tells
  auto key = read_public_key(*type, made->record.public_key);
  if (!key) {
    made->fault = Fault{Why::syntax, std::move(key).error().text};
    return made;
  }
  made->fault = check_size(*key);
  made->key = *std::move(key);
  return made;
}

} // namespace

KeyAnswer judge_key_records(std::span<const std::string> texts, bool authentic) {
  std::optional<Record> found;
  const std::string* found_text = nullptr;
  std::optional<std::string> other;
  for (const auto& text : texts) {
    auto record = parse_record(text);
    if (!record && record.error().is_dkim)
      return refused(permanent(Why::syntax, "key record: " + record.error().text), authentic);
    if (!record) {
      other = record.error().text;
      continue;
    }
    // RFC 6376 section 3.6.2.2 leaves open what several mean; most likely one is on its way out.
    if (found)
      return refused(temporary(Why::multiple_records, "at the name of the key"), authentic);
    found = *std::move(record);
    found_text = &text;
  }
  if (!found && other)
    return refused(temporary(Why::syntax, "the record is not one of a key: " + *other), authentic);
  if (!found) return no_key({}, authentic);
  return {.record = with_key(*found_text, *std::move(found)), .authentic = authentic};
}

KeyAnswer no_key(std::string text, bool authentic) {
  return refused(permanent(Why::no_record, std::move(text)), authentic);
}

KeyAnswer unknown_key(std::string text) {
  return refused(temporary(Why::dns, std::move(text)), false);
}

std::optional<Refusal> check_key(const Signature& signature, const KeyAnswer& answer) {
  if (answer.refusal) return answer.refusal;
  const auto& [text, record, key, fault] = *answer.record;
  if (record.public_key.empty()) return permanent(Why::key_revoked, "p= is empty");
  if (!record.allows(signature.algorithm->hash))
    return permanent(Why::hash_not_allowed,
                     fmt::format("{} is not in h=", to_string(signature.algorithm->hash)));
  if (parse_key_type(record.key_type) != signature.algorithm->key)
    return permanent(Why::algorithm_mismatch,
                     fmt::format("the signature has a={}, the key k={:?}",
                                 to_string(*signature.algorithm), record.key_type.substr(0, 40)));
  if (fault) return Refusal{Status::permerror, *fault};
  if (!record.is_for("email"))
    return permanent(Why::key_not_for_email, "s= has neither email nor *");
  if (record.is_strict() && signature.identity && signature.identity->domain != signature.domain)
    return permanent(Why::identity_mismatch,
                     fmt::format("the key has t=s, and the domain of i= is {}, not {}",
                                 signature.identity->domain.ascii(), signature.domain.ascii()));
  return std::nullopt;
}

} // namespace mox::dkim
