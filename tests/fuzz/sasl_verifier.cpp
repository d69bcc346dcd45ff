// links: sasl
// Stored verifiers of all kinds: what is one is printed as it was read, and is of one kind.
#include "sasl/cram_md5.h"
#include "sasl/scram_verifier.h"
#include "sasl/verifier.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  int kinds = 0;
  if (const auto verifier = sasl::parse_verifier(text)) ++kinds;
  if (const auto verifier = sasl::parse_cram_md5_verifier(text)) {
    ++kinds;
    require(to_string(*verifier) == text);
  }
  if (const auto verifier = sasl::parse_scram_verifier(text)) {
    ++kinds;
    require(to_string(*verifier) == text);
    require(verifier->iterations >= sasl::scram_iterations_minimum);
    require(verifier->iterations <= sasl::scram_iterations_limit);
    require(!verifier->salt.empty() && verifier->salt.size() <= sasl::scram_salt_limit);
  }
  require(kinds <= 1);
  return 0;
}
