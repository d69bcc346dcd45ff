// links: message
// The content of a part, decoded as a stream and its HTML made text: the cuts do not matter. The
// first line names encoding, charset and the size of pieces: "base64 utf-8 3".
#include "message/decoder.h"
#include "message/html_text.h"
#include "message/preview.h"
#include "text/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mox::message;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string_view take_until(std::string_view& text, char end) {
  const auto taken = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), taken.size() + 1));
  return taken;
}

Encoding encoding_of(std::string_view word) {
  for (const auto encoding : {Encoding::base64, Encoding::quoted_printable})
    if (word == name(encoding)) return encoding;
  return Encoding::eight_bit;
}

std::string text_of(std::string_view content, Encoding encoding, std::string_view charset,
                    std::size_t piece) {
  TextDecoder decoder(encoding, charset);
  std::string text;
  for (; !content.empty(); content.remove_prefix(std::min(piece, content.size())))
    decoder.feed(content.substr(0, piece), text);
  decoder.finish(text);
  return text;
}

std::string without_html(std::string_view html, std::size_t piece) {
  HtmlText reader;
  std::string text;
  for (; !html.empty(); html.remove_prefix(std::min(piece, html.size())))
    reader.feed(html.substr(0, piece), text);
  reader.finish(text);
  return text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  std::string_view content = input;
  auto line = take_until(content, '\n');
  const auto encoding = encoding_of(take_until(line, ' '));
  const auto charset = take_until(line, ' ');
  const auto piece = line.empty() ? 1 : static_cast<unsigned char>(line.front()) % 16 + 1U;
  const auto text = text_of(content, encoding, charset, content.size() + 1);
  require(mox::text::is_utf8(text));
  require(text == text_of(content, encoding, charset, piece));
  const auto plain = without_html(text, text.size() + 1);
  require(mox::text::is_utf8(plain));
  require(plain == without_html(text, piece));
  require(mox::text::is_utf8(preview_of_text(text)));
  return 0;
}
