// links: spf
// A field that is read is written to one that is well-formed, and reads the same from then on.
#include "spf/received_spf.h"

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

spf::ReceivedSpf written_and_read(const spf::ReceivedSpf& field) {
  const auto text = spf::format_received_spf(field, true);
  require(text.starts_with("Received-SPF:") && text.ends_with("\r\n"));
  std::string_view rest = text;
  for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos;) {
    require(end > 0 && end < 998 && rest[end - 1] == '\r');
    rest.remove_prefix(end + 1);
    require(rest.empty() || rest.front() == '\t');
  }
  const auto again = spf::parse_received_spf(std::string_view(text).substr(13));
  require(again.has_value());
  return *again;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto field = spf::parse_received_spf(text);
  if (!field) return 0;
  // Once written, what is too long or not allowed is gone.
  const auto clean = written_and_read(*field);
  require(clean.verdict == field->verdict);
  require(written_and_read(clean) == clean);
  return 0;
}
