// links: dkim
// DKIM-Signature fields, and ARC's that have the same tags. What is read is within its bounds.
#include "dkim/signature.h"
#include "dkim/tag_list.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  if (const auto tags = dkim::parse_tag_list(text)) {
    require(tags->tags().size() <= dkim::tags_limit);
    for (const auto& tag : tags->tags()) {
      require(tag.begin <= tag.end && tag.end <= text.size());
      require(tags->find(tag.name) == &tag);
      const auto raw = std::string_view(text).substr(tag.begin, tag.end - tag.begin);
      require(raw.find(tag.value) != std::string_view::npos);
    }
  }
  const auto [signature, fault] = dkim::parse_signature(text);
  if (fault) {
    require(!to_string(*fault).empty());
    return 0;
  }
  require(signature.algorithm.has_value());
  require(!signature.signature.empty() && !signature.body_hash.empty());
  require(!signature.key_name.empty());
  require(!signature.signed_names.empty() &&
          signature.signed_names.size() <= dkim::signed_names_limit);
  if (signature.identity) require(signature.identity->domain.is_same_or_below(signature.domain));
  return 0;
}
