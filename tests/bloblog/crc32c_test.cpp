#include "bloblog/crc32c.h"
#include "support/catch.h"

#include <numeric>
#include <random>
#include <string>

using namespace mox::bloblog;

// RFC 3720 appendix B.4, and the check value of the algorithm's catalogue entry.
TEST_CASE("CRC-32C of known bytes") {
  std::string rising(32, '\0');
  std::iota(rising.begin(), rising.end(), '\0');
  const std::string falling(rising.rbegin(), rising.rend());

  struct Row {
    const char* name;
    std::string bytes;
    std::uint32_t want;
  };

  const Row rows[] = {
      {"nothing", "", 0},
      {"digits", "123456789", 0xE3069283},
      {"zeros", std::string(32, '\0'), 0x8A9136AA},
      {"ones", std::string(32, '\xFF'), 0x62A8AB43},
      {"rising", rising, 0x46DD794E},
      {"falling", falling, 0x113FDB5C},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(crc32c(row.bytes) == row.want);
    CHECK(crc32c_by_table(row.bytes) == row.want);
  }
}

TEST_CASE("instruction and tables agree, whole and in pieces") {
  std::mt19937 random(1);
  std::string bytes(300, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random() & 0xFFU);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    CAPTURE(size);
    const auto part = std::string_view(bytes).substr(0, size);
    const auto split = random() % (size + 1);
    CHECK(crc32c(part) == crc32c_by_table(part));
    CHECK(crc32c(part) == crc32c(part.substr(split), crc32c(part.substr(0, split))));
    CHECK(crc32c(part) == crc32c_by_table(part.substr(split), crc32c(part.substr(0, split))));
  }
}
