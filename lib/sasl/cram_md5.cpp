#include "sasl/cram_md5.h"

#include "text/base64.h"
#include "text/secret.h"

#include <fmt/format.h>

namespace mox::sasl {

namespace {

constexpr std::string_view scheme = "CRAM-MD5$";

// RFC 2104 section 2.
constexpr char inner_pad = 0x36;
constexpr char outer_pad = 0x5C;

Md5State start_with(std::string_view key, char pad) {
  std::string block(md5_block_size, pad);
  for (std::size_t i = 0; i < key.size(); ++i) block[i] = static_cast<char>(block[i] ^ key[i]);
  const auto state = md5_block(md5_start, block);
  text::wipe(block);
  return state;
}

// The lowest byte of each word first, as MD5 itself writes.
std::string encode(const Md5State& state) {
  std::string bytes;
  for (const auto word : state)
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(word >> shift);
  return text::base64_encode(bytes);
}

std::optional<Md5State> decode(std::string_view text) {
  const auto bytes = text::base64_decode(text);
  if (!bytes || bytes->size() != 16) return std::nullopt;
  Md5State state{};
  for (std::size_t i = 0; i < 16; ++i)
    state[i / 4] |= static_cast<std::uint32_t>(static_cast<unsigned char>((*bytes)[i]))
                    << (8 * (i % 4));
  return state;
}

} // namespace

CramMd5Verifier make_cram_md5_verifier(std::string_view password) {
  const text::Secret key(password.size() > md5_block_size ? md5(password) : std::string(password));
  return {.inner = start_with(key.view(), inner_pad), .outer = start_with(key.view(), outer_pad)};
}

std::string cram_md5_digest(const CramMd5Verifier& verifier, std::string_view challenge) {
  const auto inner = md5_finish(verifier.inner, md5_block_size, challenge);
  return text::hex_encode(md5_finish(verifier.outer, md5_block_size, inner));
}

std::optional<CramMd5Verifier> parse_cram_md5_verifier(std::string_view text) {
  if (!text.starts_with(scheme)) return std::nullopt;
  text.remove_prefix(scheme.size());
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto inner = decode(text.substr(0, colon));
  const auto outer = decode(text.substr(colon + 1));
  if (!inner || !outer) return std::nullopt;
  return CramMd5Verifier{.inner = *inner, .outer = *outer};
}

std::string to_string(const CramMd5Verifier& verifier) {
  return fmt::format("{}{}:{}", scheme, encode(verifier.inner), encode(verifier.outer));
}

} // namespace mox::sasl
