// links: tlsrpt
// A record that is read is written to what reads the same.
#include "tlsrpt/record.h"

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
  const auto record = tlsrpt::parse_record(text);
  if (!record) return 0;
  require(!record->reports.empty() && record->reports.size() <= tlsrpt::uri_limit);
  require(tlsrpt::claims(std::vector{text}).size() == 1);
  const auto again = tlsrpt::parse_record(tlsrpt::to_string(*record));
  require(again.has_value() && *again == *record);
  return 0;
}
