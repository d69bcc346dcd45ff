// Lists of tags, "v=1; a=rsa-sha256" (RFC 6376 section 3.2): signatures, key records, ARC. Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dkim {

inline constexpr std::size_t tags_limit = 64;
inline constexpr std::size_t tag_list_limit = 64 << 10; // bytes

// Views into the text.
struct Tag {
  std::string_view name;
  std::string_view value; // without the white space around it, which may hold line ends
  std::size_t begin = 0;  // of what stands between "=" and ";", white space included
  std::size_t end = 0;
};

class TagList {
public:
  // Names have a case.
  const Tag* find(std::string_view name) const;
  // The value; nothing when there is no such tag.
  std::optional<std::string_view> value(std::string_view name) const;

  const std::vector<Tag>& tags() const { return tags_; }

private:
  friend Result<TagList> parse_tag_list(std::string_view text);

  std::vector<Tag> tags_;
};

// tag-list = tag-spec *( ";" tag-spec ) [ ";" ]
// Keeps views into `text`. A tag that stands twice makes the whole list invalid. Values may have
// UTF-8 (RFC 8616).
Result<TagList> parse_tag_list(std::string_view text);

// The elements of a list such as h=, "From : To", without white space; an empty one is an error.
Result<std::vector<std::string_view>> split_list(std::string_view value);

// base64string = ALPHADIGITPS *([FWS] ALPHADIGITPS) [ [FWS] "=" [ [FWS] "=" ] ]
// White space is passed over, and padding may be missing.
Result<std::string> decode_base64(std::string_view value);

// 1*DIGIT; what does not fit is the largest number.
std::optional<std::uint64_t> parse_digits(std::string_view value);

} // namespace mox::dkim
