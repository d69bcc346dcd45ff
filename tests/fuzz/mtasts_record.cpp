// links: mtasts
// A record that is read is written to what reads the same.
#include "mtasts/record.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace mox;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto record = mtasts::parse_record(input);
  if (!record) return 0;
  if (!mtasts::is_record(input)) std::abort();
  if (record->id.empty() || record->id.size() > 32) std::abort();
  if (mtasts::parse_record(mtasts::to_string(*record)) != *record) std::abort();
  return 0;
}
