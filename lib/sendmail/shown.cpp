#include "sendmail/shown.h"

#include "text/utf8.h"

#include <algorithm>

namespace mox::sendmail {

std::string shown(std::string_view text, std::size_t size) {
  auto result = text::repair_utf8(text::cut_utf8(text, size));
  std::ranges::replace_if(result, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }, ' ');
  // U+0080 to U+009F are control characters too: C2 80 to C2 9F.
  for (std::size_t i = 0; i + 1 < result.size(); ++i)
    if (result[i] == '\xc2' && static_cast<unsigned char>(result[i + 1]) < 0xa0)
      result.replace(i, 2, "  ");
  return std::string(text::cut_utf8(result, size));
}

} // namespace mox::sendmail
