#include "subjectpass/subjectpass.h"

#include "text/ascii.h"
#include "text/base64.h"
#include "text/secret.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstddef>
#include <stdexcept>

namespace mox::subjectpass {

namespace {

constexpr std::string_view beginning = "(pass:";
constexpr std::size_t time_size = 4;
constexpr std::size_t signature_size = 12;
constexpr std::size_t token_limit = 10;
// The first byte: four bits of version, then four of the time.
constexpr unsigned version_shift = 28;
constexpr std::int64_t time_unit = 256;
// Clocks of the servers of one domain may differ, and the unit is coarse.
constexpr std::int64_t tolerance = 2 * time_unit;

// Version 0 and the time in units of 256 seconds, in network order.
std::string time_bytes(std::int64_t now) {
  const auto units = static_cast<std::uint32_t>(now / time_unit) & ((1U << version_shift) - 1);
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>((units >> static_cast<unsigned>(shift)) & 0xffU);
  return bytes;
}

std::string signature(std::string_view time, const address::Address& from, std::string_view key) {
  const auto text = std::string(time) + address::to_string(from);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  const void* const bytes = text.data();
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           static_cast<const unsigned char*>(bytes), text.size(), mac.data(), &size) == nullptr)
    throw std::runtime_error("HMAC-SHA256 failed");
  return {mac.begin(), mac.begin() + signature_size};
}

std::string without_space(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (!text::is_space(c)) result += c;
  return result;
}

Verdict judge(std::string_view token, const address::Address& from, std::string_view key,
              std::int64_t now, std::chrono::seconds period) {
  const auto bytes = text::base64url_decode(token);
  if (!bytes || bytes->size() != time_size + signature_size) return Verdict::malformed;
  const auto time = std::string_view(*bytes).substr(0, time_size);
  std::uint32_t units = 0;
  for (const char c : time) units = units << 8U | static_cast<unsigned char>(c);
  if (units >> version_shift != 0) return Verdict::unknown;
  const auto wanted = signature(time, from, key);
  if (!text::equal_constant_time(wanted, std::string_view(*bytes).substr(time_size)))
    return Verdict::wrong;
  const auto made = static_cast<std::int64_t>(units) * time_unit;
  if (made > now + tolerance) return Verdict::from_future;
  return now - made > period.count() ? Verdict::expired : Verdict::valid;
}

// Which of two tokens says more: a signed one, be it too old, than one that is not.
int rank(Verdict verdict) {
  switch (verdict) {
  case Verdict::valid: return 6;
  case Verdict::expired: return 5;
  case Verdict::from_future: return 4;
  case Verdict::wrong: return 3;
  case Verdict::unknown: return 2;
  case Verdict::malformed: return 1;
  case Verdict::absent: return 0;
  }
  return 0;
}

} // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
  case Verdict::valid: return "valid";
  case Verdict::absent: return "absent";
  case Verdict::malformed: return "malformed";
  case Verdict::unknown: return "unknown version";
  case Verdict::wrong: return "wrong";
  case Verdict::expired: return "expired";
  case Verdict::from_future: return "from the future";
  }
  return {};
}

std::string make(const address::Address& from, std::string_view key, std::int64_t now) {
  const auto time = time_bytes(now);
  return std::string(beginning) + text::base64url_encode(time + signature(time, from, key)) + ')';
}

Verdict verify(std::string_view subject, const address::Address& from, std::string_view key,
               std::int64_t now, std::chrono::seconds period) {
  const auto plain = without_space(subject);
  std::string_view rest = plain;
  auto best = Verdict::absent;
  for (std::size_t i = 0; i < token_limit; ++i) {
    const auto begin = rest.find(beginning);
    if (begin == std::string_view::npos) break;
    rest.remove_prefix(begin + beginning.size());
    const auto end = rest.find(')');
    if (end == std::string_view::npos) {
      if (rank(best) < rank(Verdict::malformed)) best = Verdict::malformed;
      break;
    }
    const auto verdict = judge(rest.substr(0, end), from, key, now, period);
    if (rank(verdict) > rank(best)) best = verdict;
  }
  return best;
}

} // namespace mox::subjectpass
