// The signer of messages in fuzz targets: ed._domainkey.example.org, at a time that stands still.
#pragma once

#include "dkim/key_answer.h"
#include "dns/name.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

inline constexpr std::chrono::sys_seconds signing_time{std::chrono::seconds(1'700'000'000)};

inline const dkim::PrivateKey& signing_key() {
  // From RFC 8032 section 7.1, test 1: everybody has it.
  static const auto key =
      dkim::parse_private_key("-----BEGIN PRIVATE KEY-----\n"
                              "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                              "-----END PRIVATE KEY-----\n")
          .value();
  return key;
}

inline dns::Name dns_name(std::string_view text) {
  return dns::parse_name(text, {.underscore = true}).value();
}

// What the DNS says of the key.
inline dkim::KeyAnswers key_answers() {
  dkim::Record record;
  record.key_type = "ed25519";
  record.public_key = signing_key().public_key().bytes();
  const std::vector<std::string> texts = {to_string(record)};
  return {{dns_name("ed._domainkey.example.org"), dkim::judge_key_records(texts, true)}};
}

} // namespace mox::test
