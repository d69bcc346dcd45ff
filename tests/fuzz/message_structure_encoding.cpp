// links: message
// Bytes that are taken for a stored structure: what is read names places inside each other, and is
// written to what reads the same.
#include "message/section.h"
#include "message/structure_encoding.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace mox::message;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_places(const Structure& structure) {
  for (std::uint32_t i = 0; i < structure.parts.size(); ++i) {
    const Part& part = structure.parts[i];
    require(part.header_begin <= part.body_begin && part.body_begin <= part.body_end);
    require(part.body_end <= structure.size);
    require(part.end > i && part.end <= structure.parts.size());
    for (const auto child : structure.children(i)) require(structure.parts[child].parent == i);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto structure = decode_structure(std::string(data, data + size));
  if (!structure) return 0;
  check_places(*structure);
  const std::uint32_t path[] = {1, 2, 1};
  find_section(*structure, path, SectionText::header);
  const auto again = decode_structure(encode_structure(*structure));
  require(again.has_value() && *again == *structure);
  return 0;
}
