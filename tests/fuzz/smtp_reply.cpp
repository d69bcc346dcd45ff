// links: smtp
// A reply that was parsed can be shown, and is written to what parses to the same text.
#include "smtp/reply.h"
#include "text/utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using mox::smtp::Reply;

mox::Result<std::optional<Reply>> parse(std::string_view text) {
  mox::smtp::ReplyParser parser;
  for (;;) {
    const auto end = text.find("\r\n");
    auto reply = parser.add_line(text.substr(0, end));
    if (!reply || *reply || end == std::string_view::npos) return reply;
    text.remove_prefix(end + 2);
  }
}

// Without spaces, which may be taken where lines are broken.
std::string joined(const Reply& reply) {
  std::string text;
  for (const auto& line : reply.lines)
    for (const char c : line)
      if (static_cast<unsigned char>(c) > 0x20 && c != 0x7f) text += c;
  return text;
}

// Every line within 510 bytes and with the code.
void check_lines(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    if (end > 510 || end < 4) std::abort(); // npos among them
    if (text.substr(0, end).find_first_of("\r\n") != std::string_view::npos) std::abort();
    text.remove_prefix(end + 2);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  const auto reply = parse(input);
  if (!reply || !*reply) return 0;
  const auto shown = mox::smtp::one_line(**reply);
  if (shown.size() > 600 || !mox::text::is_utf8(shown)) std::abort();
  for (const char c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
  std::string text;
  for (const auto& line : (*reply)->lines) text += (text.empty() ? "" : "\n") + line;
  std::string written;
  mox::smtp::append_reply(written, (*reply)->code, (*reply)->enhanced, text);
  check_lines(written);
  // Lines that were longer than 510 bytes may have become too many.
  if (std::ranges::count(written, '\n') > std::ptrdiff_t{mox::smtp::ReplyParser::max_lines})
    return 0;
  const auto again = parse(written);
  if (!again || !*again || (*again)->code != (*reply)->code) std::abort();
  if ((*reply)->enhanced && joined(**again) != joined(**reply)) std::abort();
  return 0;
}
