// links: authres
// A field that is read is written to one that is well-formed, and reads the same from then on.
#include "authres/authres.h"

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

authres::Results written_and_read(const authres::Results& results) {
  constexpr std::string_view name = "Authentication-Results:";
  const auto text = authres::format(results, true);
  require(text.starts_with(name) && text.ends_with("\r\n"));
  std::string_view rest = text;
  for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos;) {
    require(end > 0 && rest[end - 1] == '\r');
    rest.remove_prefix(end + 1);
    require(rest.empty() || rest.front() == '\t');
  }
  const auto again = authres::parse(std::string_view(text).substr(name.size()));
  // Written without a server, it may have nothing.
  if (!again) require(results.server.empty());
  return again.value_or(authres::Results());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto results = authres::parse(text);
  if (!results) return 0;
  const auto clean = written_and_read(*results);
  require(clean.methods.size() <= results->methods.size());
  require(written_and_read(clean) == clean);
  return 0;
}
