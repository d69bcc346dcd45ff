#include "dkimsign/key_files.h"

#include "dkim/digest.h"
#include "file/file.h"
#include "text/secret.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace mox::dkimsign {

namespace {

constexpr std::size_t key_file_limit = 64 << 10;

Result<text::Secret> read_pem(const std::filesystem::path& file) {
  MOX_TRY_ASSIGN(text, file::read_file(file, key_file_limit));
  return text::Secret(std::move(text));
}

Result<dkim::PrivateKey> decode(const text::Secret& pem, const std::filesystem::path& file) {
  auto key = dkim::parse_private_key(pem.view());
  if (!key)
    return failure(key.error().kind, fmt::format("{}: {}", file.string(), key.error().text));
  return key;
}

} // namespace

Result<dkim::PrivateKey> read_key(const std::filesystem::path& file) {
  MOX_TRY_ASSIGN(pem, read_pem(file));
  return decode(pem, file);
}

Result<dkim::PrivateKey> KeyFiles::read(const std::filesystem::path& file) {
  MOX_TRY_ASSIGN(pem, read_pem(file));
  const auto digest = dkim::digest(dkim::Hash::sha256, pem.view());
  if (const auto known = now_.find(digest); known != now_.end()) return known->second;
  if (auto known = before_.extract(digest)) return now_.insert(std::move(known)).position->second;
  MOX_TRY_ASSIGN(key, decode(pem, file));
  return now_.emplace(digest, std::move(key)).first->second;
}

void KeyFiles::forget_others() {
  before_ = std::exchange(now_, {});
}

} // namespace mox::dkimsign
