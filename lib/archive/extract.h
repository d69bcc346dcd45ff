// What is in a compressed file from a stranger: gzip (RFC 1952) or zip, with one file in it. Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::archive {

enum class Format : std::uint8_t {
  none, // neither of them
  gzip,
  zip,
};

// By the first bytes.
Format format_of(std::string_view bytes);

struct Limits {
  std::size_t size = 20 << 20; // of what comes out, bytes; how well it was compressed is no matter
  std::size_t members = 1000;  // of a gzip file
  std::size_t entries = 100;   // of a zip file that are looked at: folders, and the one file
};

// By the first bytes; anything that is neither gzip nor zip fails with `unsupported`. What comes
// out is not looked into: a zip in a zip stays a zip. Stops at the limit, having made no more than
// that; fails with `full` then, and with `invalid` for what is damaged, cut short or encrypted.
Result<std::string> extract(std::string_view bytes, const Limits& limits = {});

// All members, one after the other (RFC 1952 section 2.2). What follows the last one and is no
// member is passed over, as gzip(1) does.
Result<std::string> extract_gzip(std::string_view bytes, const Limits& limits = {});

// Exactly one file, stored or deflated; folders do not count.
Result<std::string> extract_zip(std::string_view bytes, const Limits& limits = {});

} // namespace mox::archive
