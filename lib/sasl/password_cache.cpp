#include "sasl/password_cache.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <cstring>
#include <stdexcept>
#include <string>

namespace mox::sasl {

namespace {

void append_number(std::string& to, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<char>(number >> shift));
}

} // namespace

PasswordCache::PasswordCache(const Clock& clock, Random& random, std::size_t limit)
    : clock_(clock), limit_(limit) {
  random.fill(key_);
}

PasswordCache::~PasswordCache() {
  OPENSSL_cleanse(key_.data(), key_.size());
}

// Digests look random and nobody outside knows one: any part of one is a hash, and comparing two
// takes no secret time.
std::size_t PasswordCache::DigestHash::operator()(const Digest& digest) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof hash);
  return hash;
}

PasswordCache::Digest PasswordCache::digest(const CredentialVersion& credential,
                                            std::string_view password) const {
  // Numbers of fixed size in front, so that no two inputs are the same bytes.
  std::string input;
  input.reserve(12 + password.size());
  append_number(input, credential.account);
  append_number(input, credential.credential);
  append_number(input, credential.version);
  input += password;
  Digest digest{};
  unsigned size = 0;
  const void* const bytes = input.data();
  const auto* made =
      HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
           static_cast<const unsigned char*>(bytes), input.size(), digest.data(), &size);
  OPENSSL_cleanse(input.data(), input.size());
  if (made == nullptr || size != digest.size()) throw std::runtime_error("HMAC-SHA-256 failed");
  return digest;
}

bool PasswordCache::has(const CredentialVersion& credential, std::string_view password) {
  const auto wanted = digest(credential, password);
  const std::lock_guard lock(mutex_);
  const auto found = until_.find(wanted);
  return found != until_.end() && clock_.steady() < found->second;
}

void PasswordCache::add(const CredentialVersion& credential, std::string_view password) {
  const auto right = digest(credential, password);
  const std::lock_guard lock(mutex_);
  const auto until = clock_.steady() + lifetime;
  drop_expired();
  until_.insert_or_assign(right, until);
  by_age_.push_back({until, right});
  while (by_age_.size() > limit_) {
    const auto& oldest = by_age_.front();
    const auto found = until_.find(oldest.digest);
    if (found != until_.end() && found->second == oldest.until) until_.erase(found);
    by_age_.pop_front();
  }
}

void PasswordCache::drop_expired() {
  const auto now = clock_.steady();
  while (!by_age_.empty() && by_age_.front().until <= now) {
    const auto found = until_.find(by_age_.front().digest);
    if (found != until_.end() && found->second <= now) until_.erase(found);
    by_age_.pop_front();
  }
}

std::size_t PasswordCache::size() const {
  const std::lock_guard lock(mutex_);
  return until_.size();
}

} // namespace mox::sasl
