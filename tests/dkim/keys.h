// Keys, signings and verdicts for tests.
#pragma once

#include "dkim/signer.h"
#include "dkim/verifier.h"
#include "dns/name.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::test {

constexpr std::chrono::sys_seconds signing_time{std::chrono::seconds(1'700'000'000)};

inline dns::Name name(std::string_view text) {
  return dns::parse_name(text, {.underscore = true}).value();
}

// Made once: RSA takes its time.
inline const dkim::PrivateKey& rsa_key() {
  static const auto key = dkim::make_rsa_key(1024).value();
  return key;
}

inline const dkim::PrivateKey& ed25519_key() {
  static const auto key = dkim::make_ed25519_key().value();
  return key;
}

inline dkim::Record record_of(const dkim::PublicKey& key) {
  dkim::Record record;
  record.key_type = dkim::to_string(key.type());
  record.public_key = key.bytes();
  return record;
}

inline dkim::KeyAnswer answer_of(const dkim::Record& record) {
  const std::vector<std::string> texts = {dkim::to_string(record)};
  return dkim::judge_key_records(texts, true);
}

inline dkim::Signing signing_with(const dkim::PrivateKey& key, std::string_view selector) {
  return {.domain = name("example.org"), .selector = name(selector), .key = key};
}

// rsa._domainkey.example.org and ed._domainkey.example.org.
inline dkim::KeyAnswers usual_keys() {
  return {{name("rsa._domainkey.example.org"), answer_of(record_of(rsa_key().public_key()))},
          {name("ed._domainkey.example.org"), answer_of(record_of(ed25519_key().public_key()))}};
}

// The message with its signatures before it; empty when it cannot be signed.
inline std::string signed_message(std::vector<dkim::Signing> signings, std::string_view message) {
  dkim::Signer signer(std::move(signings), signing_time);
  signer.feed(message);
  const auto fields = signer.finish();
  return fields ? *fields + std::string(message) : std::string();
}

inline dkim::Rules usual_rules() {
  return {.now = signing_time + std::chrono::hours(1), .is_public_suffix = {}};
}

inline void feed_in_chunks(auto& reader, std::string_view message, std::size_t chunk) {
  for (; !message.empty(); message.remove_prefix(std::min(chunk, message.size())))
    reader.feed(message.substr(0, chunk));
}

// "pass", or "fail: body hash mismatch", of each signature.
inline std::vector<std::string> outcomes(std::string_view message, const dkim::KeyAnswers& keys,
                                         dkim::Rules rules = usual_rules(),
                                         std::size_t chunk = 1000) {
  dkim::Verifier verifier(std::move(rules));
  feed_in_chunks(verifier, message, chunk);
  verifier.finish();
  std::vector<std::string> found;
  for (const auto& verdict : verifier.verdicts(keys)) {
    std::string text(dkim::to_string(verdict.status));
    if (verdict.fault) text += ": " + std::string(dkim::to_string(verdict.fault->why));
    found.push_back(std::move(text));
  }
  return found;
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  return at == std::string::npos ? std::string("not there: ") + std::string(from)
                                 : text.replace(at, from.size(), to);
}

} // namespace mox::test
