#include "dns/packet_errors.h"

#include "text/ascii.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::dns {

namespace {

constexpr std::uint16_t extended_error_option = 15; // RFC 8914 section 2
constexpr std::size_t error_limit = 4;
constexpr std::size_t text_limit = 200;

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8U |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

// It goes to terminals and logs, whoever wrote it.
std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, text_limit))
    if (c != '\0') result += text::is_printable(c) ? c : '?';
  return result;
}

} // namespace

std::vector<ExtendedError> read_extended_errors(const ldns_pkt& packet) {
  std::vector<ExtendedError> result;
  const auto* data = ldns_pkt_edns_data(&packet);
  if (data == nullptr || ldns_rdf_size(data) == 0) return result;
  std::string_view bytes(reinterpret_cast<const char*>(ldns_rdf_data(data)), ldns_rdf_size(data));
  // RFC 6891 section 6.1.2: code, length and value, again and again.
  while (bytes.size() >= 4 && result.size() < error_limit) {
    const auto code = number_at(bytes, 0);
    const std::size_t size = number_at(bytes, 2);
    if (bytes.size() < 4 + size) break;
    const auto value = bytes.substr(4, size);
    if (code == extended_error_option && size >= 2)
      result.push_back({number_at(value, 0), printable(value.substr(2))});
    bytes.remove_prefix(4 + size);
  }
  return result;
}

} // namespace mox::dns
