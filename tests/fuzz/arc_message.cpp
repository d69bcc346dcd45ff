// links: arc dkim
// Whole messages with chains of ARC; the first byte says how they are cut. The outcome does not
// depend on the cuts, and a chain that is sound stays so with a seal more.
#include "arc/sealer.h"
#include "arc/verifier.h"
#include "dns/name.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// From RFC 8032 section 7.1, test 1: everybody has it.
constexpr std::string_view key_pem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'700'000'000)};

const dkim::PrivateKey& key() {
  static const auto read = dkim::parse_private_key(key_pem).value();
  return read;
}

dns::Name name(std::string_view text) {
  return dns::parse_name(text, {.underscore = true}).value();
}

dkim::KeyAnswers answers() {
  dkim::Record record;
  record.key_type = "ed25519";
  record.public_key = key().public_key().bytes();
  const std::vector<std::string> texts = {to_string(record)};
  return {{name("ed._domainkey.example.org"), dkim::judge_key_records(texts, true)}};
}

arc::Verdict verdict_of(std::string_view text, std::size_t chunk, const dkim::KeyAnswers& keys) {
  arc::Verifier verifier(now);
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size())))
    verifier.feed(text.substr(0, chunk));
  verifier.finish();
  auto verdict = verifier.verdict(keys);
  for (auto& hop : verdict.hops) hop.results = {}; // a view into the verifier
  return verdict;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const auto keys = answers();
  const std::string text(data + 1, data + size);
  const auto whole = verdict_of(text, text.size() + 1, keys);
  const auto cut = verdict_of(text, 1 + data[0], keys);
  require(whole.chain == cut.chain && whole.fault == cut.fault);
  require(whole.hops.size() == cut.hops.size() && whole.hops.size() <= arc::instance_limit);
  require(whole.fault.has_value() == (whole.chain == arc::Chain::fail));
  arc::Sealer sealer(
      {.domain = name("example.org"), .selector = name("ed"), .key = key(), .now = now});
  sealer.feed(text);
  const auto fields = sealer.finish(whole.chain, "mx.example.org; none");
  if (!fields || fields->empty() || whole.chain == arc::Chain::fail) return 0;
  const auto sealed = verdict_of(*fields + text, 1000, keys);
  require(sealed.chain == arc::Chain::pass && sealed.hops.size() == whole.hops.size() + 1);
  return 0;
}
