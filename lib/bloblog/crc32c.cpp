#include "bloblog/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>
#endif

namespace mox::bloblog {

namespace {

// The polynomial 0x1EDC6F41 with its bits reversed.
constexpr std::uint32_t polynomial = 0x82F63B78;

// tables[k][b] advances byte b by k further zero bytes, so that eight bytes go in one step.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? polynomial : 0);
    tables[0][byte] = value;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const auto before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8U) ^ tables[0][before & 0xFFU];
    }
  }
  return tables;
}

constexpr Tables tables = make_tables();

std::uint64_t load_little_endian(const char* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  return value;
}

std::uint32_t step(std::uint32_t sum, char byte) {
  return (sum >> 8U) ^ tables[0][(sum ^ static_cast<unsigned char>(byte)) & 0xFFU];
}

std::uint32_t step(std::uint32_t sum, std::uint64_t word) {
  word ^= sum;
  std::uint32_t result = 0;
  for (std::size_t k = 0; k < 8; ++k) result ^= tables[7 - k][(word >> (8 * k)) & 0xFFU];
  return result;
}

#if defined(__x86_64__)

bool has_instruction() {
  return __builtin_cpu_supports("sse4.2") != 0;
}

__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::string_view bytes,
                                                               std::uint32_t sum) {
  std::uint64_t wide = sum;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    wide = _mm_crc32_u64(wide, load_little_endian(bytes.data()));
  }
  sum = static_cast<std::uint32_t>(wide);
  for (const char byte : bytes) sum = _mm_crc32_u8(sum, static_cast<unsigned char>(byte));
  return sum;
}

#elif defined(__aarch64__)

bool has_instruction() {
  return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
}

__attribute__((target("crc"))) std::uint32_t by_instruction(std::string_view bytes,
                                                            std::uint32_t sum) {
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    sum = __crc32cd(sum, load_little_endian(bytes.data()));
  }
  for (const char byte : bytes) sum = __crc32cb(sum, static_cast<unsigned char>(byte));
  return sum;
}

#else

bool has_instruction() {
  return false;
}

std::uint32_t by_instruction(std::string_view bytes, std::uint32_t sum) {
  return ~crc32c_by_table(bytes, ~sum);
}

#endif

} // namespace

std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before) {
  std::uint32_t sum = ~before;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    sum = step(sum, load_little_endian(bytes.data()));
  }
  for (const char byte : bytes) sum = step(sum, byte);
  return ~sum;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
  static const bool fast = has_instruction();
  if (!fast) return crc32c_by_table(bytes, before);
  return ~by_instruction(bytes, ~before);
}

} // namespace mox::bloblog
