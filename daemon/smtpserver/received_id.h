// The id in a Received header: the connection's cid, encrypted, so that an administrator can find
// the log lines of a message and nobody else can count connections.
#pragma once

#include "random/random.h"
#include "result/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace mox::smtpserver {

class ReceivedIds {
public:
  // 16 bytes of AES-128 key and 8 that fill the block beside the cid.
  static constexpr std::size_t key_size = 24;
  using Key = std::array<unsigned char, key_size>;

  explicit ReceivedIds(const Key& key) : key_(key) {}

  // Base64url of one AES block.
  std::string encrypt(std::uint64_t cid) const;
  Result<std::uint64_t> decrypt(std::string_view id) const;

private:
  Key key_;
};

} // namespace mox::smtpserver
