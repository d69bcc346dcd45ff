// links: text
// Malformed UTF-8 is repaired once and for all; cutting, mapping and searching agree about what a
// character is.
#include "text/search.h"
#include "text/utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string by_characters(std::string_view s) {
  std::string result;
  while (!s.empty()) text::append_utf8(result, text::next_utf8(s));
  return result;
}

void check_cuts(const std::string& bytes, bool well_formed) {
  for (std::size_t size = 0; size <= std::min<std::size_t>(bytes.size() + 1, 40); ++size) {
    const auto cut = text::cut_utf8(bytes, size);
    require(cut.size() <= size && bytes.starts_with(cut));
    if (well_formed) require(text::is_utf8(cut) && cut.size() + 4 > std::min(size, bytes.size()));
  }
}

void check_search(std::string_view bytes, std::size_t needle_size, std::size_t step) {
  const auto word = bytes.substr(0, needle_size);
  const auto in = bytes.substr(word.size());
  const text::Needle needle(word);
  const bool found = text::casefold(in).find(text::casefold(word)) != std::string::npos;
  require(needle.in(in) == found);
  text::StreamSearch search(needle);
  for (auto left = in; !left.empty(); left.remove_prefix(std::min(step, left.size())))
    if (search.feed(left.substr(0, step))) require(found);
  require(search.finish() == found);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string bytes(data + 2, data + size);
  const bool well_formed = text::is_utf8(bytes);
  const auto repaired = text::repair_utf8(bytes);
  require(text::is_utf8(repaired));
  require((repaired == bytes) == well_formed);
  require(by_characters(bytes) == repaired);
  check_cuts(bytes, well_formed);
  for (const auto map : {text::nfc, text::casefold, text::lower_utf8}) {
    const auto mapped = map(bytes);
    require(text::is_utf8(mapped));
    require(mapped == map(repaired));
  }
  require(text::nfc(text::nfc(bytes)) == text::nfc(bytes));
  check_search(bytes, data[0] % 16U, data[1] % 16U + 1U);
  return 0;
}
