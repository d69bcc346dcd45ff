// links: dkim
// Messages/s that are verified and signed, of 4 KB and of 1 MB, beside what OpenSSL alone does with
// the same key: the limit. Once with a hash that is there already, once with all bytes of the
// message to be hashed.
#include "dkim/digest.h"
#include "dkim/signer.h"
#include "dkim/verifier.h"
#include "dns/name.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace mox;

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'700'000'000)};

std::string mail_of(std::size_t size) {
  std::string mail = "Received: from client.example (client.example [192.0.2.1])\r\n"
                     "\tby mx.example with ESMTPS id 0123456789abcdef\r\n"
                     "\tfor <user@mx.example>; Sat, 21 Nov 2026 01:02:03 +0000\r\n"
                     "From: =?utf-8?q?J=C3=BCrgen?= Example <sender@example.org>\r\n"
                     "To: \"User, The\" <user@mx.example>, Other <other@mx.example>\r\n"
                     "Subject: Re: [list] A subject of ordinary length\r\n"
                     "Date: Sat, 21 Nov 2026 01:02:03 +0100\r\n"
                     "Message-ID: <0123456789@client.example>\r\n"
                     "In-Reply-To: <9876543210@mx.example>\r\n"
                     "References: <1111@mx.example> <9876543210@mx.example>\r\n"
                     "MIME-Version: 1.0\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\n\r\n";
  while (mail.size() < size)
    mail += "The quick brown fox jumps over the lazy dog, and the dog does not mind at all.\r\n";
  mail.resize(size - 2);
  return mail + "\r\n";
}

dns::Name name(std::string_view text) {
  return dns::parse_name(text, {.underscore = true}).value();
}

std::string sign(std::string_view mail, const dkim::PrivateKey& key) {
  dkim::Signer signer({{.domain = name("example.org"), .selector = name("s"), .key = key}}, now);
  signer.feed(mail);
  return signer.finish().value();
}

void feed_in_chunks(dkim::Verifier& verifier, std::string_view text) {
  constexpr std::size_t chunk = 64 << 10;
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size())))
    verifier.feed(text.substr(0, chunk));
}

bool verify(std::string_view mail, const dkim::KeyAnswers& keys) {
  dkim::Verifier verifier({.now = now, .is_public_suffix = {}});
  feed_in_chunks(verifier, mail);
  verifier.finish();
  const auto verdicts = verifier.verdicts(keys);
  return verdicts.size() == 1 && verdicts.front().status == dkim::Status::pass;
}

// Microseconds of one round: the best of several runs, as what else the machine does only adds.
template <class Work> double measure(int rounds, Work work) {
  using clock = std::chrono::steady_clock;
  double best = 1e9;
  for (int run = 0; run < 9; ++run) {
    const auto begin = clock::now();
    for (int i = 0; i < rounds; ++i) work();
    best = std::min(best, std::chrono::duration<double>(clock::now() - begin).count() / rounds);
  }
  return best * 1e6;
}

void print(std::string_view what, double microseconds) {
  fmt::print("{:<44} {:>9.1f} us {:>9.0f} /s", what, microseconds, 1e6 / microseconds);
}

// `alone` is what OpenSSL takes for the key, `hashing` for the bytes.
void print(std::string_view what, double microseconds, double alone, double hashing) {
  print(what, microseconds);
  fmt::print(" {:>5.0f} % of OpenSSL alone, {:.0f} % with hashing\n", 100 * alone / microseconds,
             100 * (alone + hashing) / microseconds);
}

std::size_t sink = 0; // keeps results from being optimized away

void measure_key(std::string_view what, const dkim::PrivateKey& key) {
  dkim::Record record;
  record.key_type = to_string(key.type());
  record.public_key = key.public_key().bytes();
  const std::vector<std::string> texts = {to_string(record)};
  const auto key_name = name("s._domainkey.example.org");
  const dkim::KeyAnswers keys = {{key_name, dkim::judge_key_records(texts, true)}};

  const auto hash = dkim::digest(dkim::Hash::sha256, "what is signed");
  const auto signature = key.sign(dkim::Hash::sha256, hash).value();
  const auto public_key = keys.at(key_name).record->key;
  const auto verify_alone = measure(
      300, [&] { sink += public_key.verify(dkim::Hash::sha256, hash, signature) ? 1U : 0U; });
  const auto sign_alone = measure(100, [&] { sink += key.sign(dkim::Hash::sha256, hash)->size(); });
  const auto decode =
      measure(300, [&] { sink += dkim::judge_key_records(texts, true).record ? 1U : 0U; });
  for (const auto& [shown, time] :
       {std::pair{"verify, OpenSSL alone", verify_alone},
        std::pair{"sign, OpenSSL alone", sign_alone}, std::pair{"key record decoded", decode}}) {
    print(fmt::format("{}, {}", what, shown), time);
    fmt::print("\n");
  }
  for (const auto& [size, shown, rounds] :
       {std::tuple{std::size_t{4096}, "4 KB", 300}, std::tuple{std::size_t{1} << 20, "1 MB", 10}}) {
    const auto mail = mail_of(size);
    const auto signed_mail = sign(mail, key) + mail;
    const auto hashing = measure(rounds, [&, &bytes = signed_mail] {
      sink += dkim::digest(dkim::Hash::sha256, bytes).size();
    });
    print(fmt::format("{}, verify, {}", what, shown),
          measure(rounds, [&, &bytes = signed_mail] { sink += verify(bytes, keys) ? 1U : 0U; }),
          verify_alone, hashing);
    print(fmt::format("{}, sign, {}", what, shown),
          measure(rounds, [&, &bytes = mail] { sink += sign(bytes, key).size(); }), sign_alone,
          hashing);
  }
}

} // namespace

int main() {
  measure_key("RSA-2048", dkim::make_rsa_key(2048).value());
  measure_key("Ed25519", dkim::make_ed25519_key().value());
  return sink == 0 ? 1 : 0;
}
