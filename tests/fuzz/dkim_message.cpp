// links: dkim
// Whole messages, verified with a key that is fixed; the first byte says how they are cut. The
// outcome does not depend on the cuts, and what we sign passes.
#include "dkim/signer.h"
#include "dkim/verifier.h"
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

std::vector<dkim::Verdict> verdicts(std::string_view text, std::size_t chunk,
                                    const dkim::KeyAnswers& keys) {
  dkim::Verifier verifier({.now = test::signing_time, .is_public_suffix = {}});
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size())))
    verifier.feed(text.substr(0, chunk));
  verifier.finish();
  auto found = verifier.verdicts(keys);
  for (auto& verdict : found) verdict.field = {}; // a view into the verifier
  return found;
}

// What we sign passes, whatever it looks like.
void sign_and_verify(std::string_view text, const dkim::KeyAnswers& keys) {
  for (const auto form : {dkim::Canonical::simple, dkim::Canonical::relaxed}) {
    dkim::Signer signer({{.domain = test::dns_name("example.org"),
                          .selector = test::dns_name("ed"),
                          .key = test::signing_key(),
                          .header = form,
                          .body = form}},
                        test::signing_time);
    signer.feed(text);
    const auto fields = signer.finish();
    if (!fields) continue;
    const auto found = verdicts(*fields + std::string(text), 1000, keys);
    require(!found.empty() && found.front().status == dkim::Status::pass);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const auto keys = test::key_answers();
  const std::string text(data + 1, data + size);
  const auto whole = verdicts(text, text.size() + 1, keys);
  const auto cut = verdicts(text, 1 + data[0], keys);
  require(whole.size() == cut.size() && whole.size() <= 11);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    require(whole[i].status == cut[i].status && whole[i].fault == cut[i].fault);
    require(whole[i].fault.has_value() == (whole[i].status != dkim::Status::pass));
  }
  sign_and_verify(text, keys);
  return 0;
}
