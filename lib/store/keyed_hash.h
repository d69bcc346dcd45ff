// A short hash that nobody without the key can steer: SipHash-2-4 (Aumasson and Bernstein). Pure.
//
// Message-ID, subject and sender are chosen by strangers; without a key they could fill one hash.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mox::store {

using HashKey = std::array<std::uint64_t, 2>;

// Never 0, which stands for "none" in records.
std::uint64_t keyed_hash(const HashKey& key, std::string_view text);

} // namespace mox::store
