// A certificate chain with its private key.
#pragma once

#include "result/result.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mox::tls {

// Immutable; copies share the same objects. May be used by all threads.
class Certificate {
public:
  // The leaf first, then the chain; the key must belong to the leaf. `origin` names the source in
  // errors.
  static Result<Certificate> from_pem(std::string_view chain, std::string_view key,
                                      std::string_view origin);
  static Result<Certificate> from_files(const std::filesystem::path& chain,
                                        const std::filesystem::path& key);

  // Lower-case DNS names of the leaf, "*.example" included.
  const std::vector<std::string>& names() const;

  struct Parts;

  const Parts& parts() const { return *parts_; }

private:
  explicit Certificate(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

  std::shared_ptr<const Parts> parts_;
};

} // namespace mox::tls
