// links: rdap
// Lists of registries, their answers and dates can be anything.
#include "rdap/response.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace mox;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static const auto domain = dns::parse_name("a.example.co.uk").value();
  if (const auto servers = rdap::find_servers(input, domain)) {
    for (const auto& server : *servers)
      if (!server.ends_with('/') || server.size() < 9) std::abort();
  }
  static_cast<void>(rdap::registration(input));
  static_cast<void>(rdap::parse_date(input));
  return 0;
}
