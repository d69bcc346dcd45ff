#include "sasl/password.h"

#include "sasl/verifier.h"
#include "text/utf8.h"

#include <string>
#include <utility>

namespace mox::sasl {

namespace {

constexpr std::size_t salt_size = 16; // RFC 9106 section 3.1
constexpr std::size_t hash_size = 32;

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
  Verifier verifier{.cost = cost, .salt = random.bytes(salt_size), .hash = {}};
  MOX_TRY_ASSIGN(hash, argon2id(text, verifier, hash_size));
  verifier.hash = std::move(hash);
  return to_string(verifier);
}

Result<bool> check_password(std::string_view verifier, std::string_view password) {
  const auto corrupt = [] {
    return failure(ErrorKind::corrupt, "stored password verifier is malformed");
  };
  const auto stored = parse_verifier(verifier);
  if (!stored) return corrupt();
  const auto prepared = prepare_password(password);
  if (!prepared) return false;
  const auto hash = argon2id(prepared->view(), *stored, stored->hash.size());
  if (!hash) return corrupt();
  return text::equal_constant_time(*hash, stored->hash);
}

} // namespace mox::sasl
