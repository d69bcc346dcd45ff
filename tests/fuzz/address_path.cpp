// links: address
// A path that was read is written, with A-labels and with U-labels, to what reads the same.
#include "address/path.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace mox::address;

constexpr PathRules rules{.localpart_limit = localpart_tolerance, .underscore = true};

void check_reads_as(const std::string& text, const Path& path) {
  // Quoting and U-labels may need more room than what was read.
  PathRules wide = rules;
  wide.localpart_limit = 1000;
  const auto again = parse_path(text, wide);
  if (!again || *again != path) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto path = parse_path(text, rules);
  if (path) {
    if (path->null()) std::abort();
    check_reads_as(to_string(*path), *path);
    check_reads_as(to_unicode(*path), *path);
  }
  const auto address = parse_address(text);
  if (address && (!path || to_string(*address) != to_string(*path))) std::abort();
  return 0;
}
