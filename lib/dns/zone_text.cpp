#include "dns/zone_text.h"

#include "text/ascii.h"

#include <fmt/format.h>

#include <cstddef>

namespace mox::dns {

namespace {

constexpr std::size_t string_limit = 255; // RFC 1035 section 3.3

} // namespace

std::string zone_escape(unsigned char byte) {
  return fmt::format("\\{:03}", static_cast<unsigned>(byte));
}

std::string zone_text(const Name& name) {
  std::string text;
  for (const char c : name.ascii()) {
    if (std::string_view(" \"\\;()@$").find(c) != std::string_view::npos)
      text += zone_escape(static_cast<unsigned char>(c));
    else
      text += c;
  }
  return text + '.';
}

std::string zone_text_strings(std::string_view bytes) {
  std::string text;
  do {
    text += text.empty() ? "\"" : " \"";
    for (const char c : bytes.substr(0, string_limit)) {
      if (c == '"' || c == '\\')
        text += {'\\', c};
      else if (text::is_printable(c))
        text += c;
      else
        text += zone_escape(static_cast<unsigned char>(c));
    }
    text += '"';
    bytes.remove_prefix(bytes.size() < string_limit ? bytes.size() : string_limit);
  } while (!bytes.empty());
  return text;
}

} // namespace mox::dns
