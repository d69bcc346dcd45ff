// links: arc dkim
// Whole messages with chains of ARC; the first byte says how they are cut. The outcome does not
// depend on the cuts, and a chain that is sound stays so with a seal more.
#include "arc/sealer.h"
#include "arc/verifier.h"
#include "fuzz/signer.h"

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

arc::Verdict verdict_of(std::string_view text, std::size_t chunk, const dkim::KeyAnswers& keys) {
  arc::Verifier verifier(test::signing_time);
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
  static const auto keys = test::key_answers();
  const std::string text(data + 1, data + size);
  const auto whole = verdict_of(text, text.size() + 1, keys);
  const auto cut = verdict_of(text, 1 + data[0], keys);
  require(whole.chain == cut.chain && whole.fault == cut.fault);
  require(whole.hops.size() == cut.hops.size() && whole.hops.size() <= arc::instance_limit);
  require(whole.fault.has_value() == (whole.chain == arc::Chain::fail));
  arc::Sealer sealer({.domain = test::dns_name("example.org"),
                      .selector = test::dns_name("ed"),
                      .key = test::signing_key(),
                      .now = test::signing_time});
  sealer.feed(text);
  const auto fields = sealer.finish(whole.chain, "mx.example.org; none");
  if (!fields || fields->empty() || whole.chain == arc::Chain::fail) return 0;
  const auto sealed = verdict_of(*fields + text, 1000, keys);
  require(sealed.chain == arc::Chain::pass && sealed.hops.size() == whole.hops.size() + 1);
  return 0;
}
