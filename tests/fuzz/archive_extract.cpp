// links: archive
// Whatever the bytes, no more comes out than the limit, in bounded time; what is compressed comes
// out as it was.
#include "archive/compress.h"
#include "archive/extract.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mox;

namespace {

constexpr archive::Limits limits{.size = 1 << 16, .members = 10, .entries = 10};

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const Result<std::string>& content) {
  if (content)
    require(content->size() <= limits.size);
  else
    require(!content.error().text.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  check(archive::extract(bytes, limits));
  check(archive::extract_zip(bytes, limits));
  check(archive::extract_gzip(bytes, limits));
  if (size <= limits.size) require(archive::extract(archive::gzip(bytes), limits) == bytes);
  return 0;
}
