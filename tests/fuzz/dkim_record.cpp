// links: dkim
// Key records: what is read and printed reads as the same, and no key is taken that is none.
#include "dkim/key_answer.h"
#include "dkim/record.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto record = dkim::parse_record(text);
  if (!record) {
    require(!record.error().text.empty());
  } else {
    const auto printed = to_string(*record);
    // Notes may be folded, and base64 may have white space: printing is shorter.
    const auto again = dkim::parse_record(printed);
    require(again.has_value() && *again == *record);
  }
  const std::vector<std::string> texts = {text};
  const auto answer = dkim::judge_key_records(texts, false);
  require(answer.record != nullptr || answer.refusal.has_value());
  if (!answer.record) return 0;
  const auto& key = answer.record->key;
  dkim::Signature signature;
  signature.algorithm = dkim::Algorithm{.key = key.type(), .hash = dkim::Hash::sha256};
  if (check_key(signature, answer)) return 0;
  require(key.bits() >= 256 && key.bits() <= dkim::largest_rsa);
  require(!key.verify(dkim::Hash::sha256, std::string(32, 'x'), std::string(256, 'x')));
  return 0;
}
