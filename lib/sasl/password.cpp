#include "sasl/password.h"

#include "text/utf8.h"

#include <argon2.h>

#include <array>
#include <new>

namespace mox::sasl {

namespace {

constexpr std::size_t salt_size = 16; // RFC 9106 section 3.1
constexpr std::size_t hash_size = 32;
// A verifier is shorter; libargon2 decodes into buffers of that size.
constexpr std::size_t verifier_limit = 256;
constexpr std::uint64_t memory_limit_kib = 1'048'576;
constexpr std::uint64_t passes_limit = 100;
constexpr std::uint64_t lanes_limit = 64;

std::unexpected<Error> bad(const char* why) {
  return failure(ErrorKind::invalid, std::string("password ") + why);
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

// Unicode general category Zs, SP apart.
bool is_other_space(char32_t c) {
  return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// The number behind `name` in "$argon2id$v=19$m=19456,t=2,p=1$…" is one that a check may cost.
bool is_affordable(std::string_view verifier, std::string_view name, std::uint64_t limit) {
  const auto at = verifier.find(name);
  if (at == std::string_view::npos) return false;
  std::uint64_t number = 0;
  for (const char c : verifier.substr(at + name.size())) {
    if (c < '0' || c > '9' || number > limit) break;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number > 0 && number <= limit;
}

// Before libargon2 sees it, which takes any version for one.
bool is_affordable(std::string_view verifier) {
  return verifier.starts_with("$argon2id$v=19$m=") &&
         is_affordable(verifier, "$m=", memory_limit_kib) &&
         is_affordable(verifier, ",t=", passes_limit) &&
         is_affordable(verifier, ",p=", lanes_limit);
}

} // namespace

Result<text::Secret> prepare_password(std::string_view password) {
  if (password.empty()) return bad("is empty");
  if (password.size() > password_limit) return bad("is longer than 1024 bytes");
  if (!text::is_utf8(password)) return bad("is not UTF-8");
  std::string mapped;
  mapped.reserve(password.size());
  while (!password.empty()) {
    const auto c = text::next_utf8(password);
    if (is_control(c)) {
      text::wipe(mapped);
      return bad("has a control character");
    }
    text::append_utf8(mapped, is_other_space(c) ? U' ' : c);
  }
  text::Secret prepared(text::nfc(mapped));
  text::wipe(mapped);
  return prepared;
}

Result<std::string> hash_password(std::string_view password, Random& random, PasswordCost cost) {
  MOX_TRY_ASSIGN(prepared, prepare_password(password));
  const auto text = prepared.view();
  if (text.size() < password_minimum) return bad("is shorter than 8 bytes");
  const auto salt = random.bytes(salt_size);
  std::array<char, verifier_limit> verifier{};
  const int code =
      argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, text.data(), text.size(),
                            salt.data(), salt.size(), hash_size, verifier.data(), verifier.size());
  if (code == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (code != ARGON2_OK) return failure(ErrorKind::invalid, argon2_error_message(code));
  return std::string(verifier.data());
}

Result<bool> check_password(std::string_view verifier, std::string_view password) {
  const auto corrupt = [] {
    return failure(ErrorKind::corrupt, "stored password verifier is malformed");
  };
  if (verifier.size() >= verifier_limit || verifier.find('\0') != std::string_view::npos ||
      !is_affordable(verifier))
    return corrupt();
  const auto prepared = prepare_password(password);
  if (!prepared) return false;
  const auto text = prepared->view();
  const int code = argon2id_verify(std::string(verifier).c_str(), text.data(), text.size());
  if (code == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (code == ARGON2_OK) return true;
  if (code == ARGON2_VERIFY_MISMATCH) return false;
  return corrupt();
}

} // namespace mox::sasl
