#include "dkim/body_hashes.h"

#include <algorithm>

namespace mox::dkim {

void BodyHashes::Hasher::add(std::string_view bytes) {
  const auto before = size;
  size += bytes.size();
  if (kind.length && size > *kind.length) {
    result.whole = false;
    if (before >= *kind.length) return;
    bytes = bytes.substr(0, static_cast<std::size_t>(*kind.length - before));
  }
  digest.add(bytes);
}

BodyHashes::Form::Form(Canonical form)
    : canonicalizer(form, [this](std::string_view bytes) {
        for (Hasher* hasher : hashers) hasher->add(bytes);
      }) {}

std::size_t BodyHashes::want(const BodyHashKind& kind) {
  const auto known =
      std::ranges::find_if(hashers_, [&](const auto& hasher) { return hasher->kind == kind; });
  if (known != hashers_.end()) return static_cast<std::size_t>(known - hashers_.begin());
  hashers_.push_back(std::make_unique<Hasher>(kind));
  auto& form = kind.form == Canonical::simple ? simple_ : relaxed_;
  if (!form) form = std::make_unique<Form>(kind.form);
  form->hashers.push_back(hashers_.back().get());
  return hashers_.size() - 1;
}

void BodyHashes::feed(std::string_view chunk) {
  if (simple_) simple_->canonicalizer.feed(chunk);
  if (relaxed_) relaxed_->canonicalizer.feed(chunk);
}

void BodyHashes::finish() {
  if (simple_) simple_->canonicalizer.finish();
  if (relaxed_) relaxed_->canonicalizer.finish();
  for (const auto& hasher : hashers_) {
    hasher->result.digest = hasher->digest.finish();
    hasher->result.enough = !hasher->kind.length || hasher->size >= *hasher->kind.length;
  }
}

} // namespace mox::dkim
