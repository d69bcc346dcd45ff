// Trust anchors of DNSSEC as text (RFC 4033 section 2): DS and DNSKEY records. Pure.
#pragma once

#include "dns/name.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dns {

inline constexpr std::size_t anchor_text_limit = 64 * 1024;

struct Anchor {
  Name zone; // empty: the root
  std::uint16_t key_tag = 0;
  std::string ds; // the DS record of it with SHA-256, or as it was given, as in a zone file
  bool operator==(const Anchor&) const = default;
};

// From a file like root.key, in the form of a zone file. Keys that are not for signing keys, or are
// revoked (RFC 5011 section 2.1), and records of other types are passed over. Fails when nothing is
// left; the error names the line.
Result<std::vector<Anchor>> parse_anchors(std::string_view text);

// Of the keys with which the root was and will be signed, as IANA publishes them: 20326 since 2018,
// 38696 from 2026 on.
const std::vector<Anchor>& root_anchors();

} // namespace mox::dns
