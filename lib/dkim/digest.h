// Hashing, piece by piece or at once, by OpenSSL. Pure.
#pragma once

#include "dkim/algorithm.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace mox::dkim {

// In bytes.
std::size_t size_of(Hash hash);

class Digest {
public:
  explicit Digest(Hash hash);

  void add(std::string_view bytes);
  // Once.
  std::string finish();

private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };

  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

std::string digest(Hash hash, std::string_view bytes);

} // namespace mox::dkim
