// links: smtp
// The data of a message do not depend on where the network cut them; dots on and off give the same.
// The first byte chooses the cuts.
#include "smtp/data.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

struct Got {
  std::string message;
  std::string_view rest;
  bool done = false;
  bool bare_cr = false;
  bool bare_lf = false;
  bool nul = false;

  bool operator==(const Got&) const = default;
};

Got read(std::string_view data, std::size_t size) {
  mox::smtp::DataReader reader;
  Got got;
  while (!data.empty() && !reader.done()) {
    auto chunk = data.substr(0, size);
    while (!chunk.empty() && !reader.done()) {
      const auto piece = reader.take(chunk);
      require(piece.taken > 0 || !piece.bytes.empty());
      got.message += piece.bytes;
      chunk.remove_prefix(piece.taken);
      data.remove_prefix(piece.taken);
    }
  }
  got.rest = data;
  got.done = reader.done();
  got.bare_cr = reader.bare_cr();
  got.bare_lf = reader.bare_lf();
  got.nul = reader.nul();
  require(reader.size() == got.message.size());
  return got;
}

// Only CRLF.CRLF, or .CRLF at the start, ends the data.
void check_end(std::string_view data, const Got& got) {
  const bool at_start = data.starts_with(".\r\n");
  const auto end = data.find("\r\n.\r\n");
  require(got.done == (at_start || end != std::string_view::npos));
  if (!got.done) return;
  const std::size_t taken = at_start ? 3 : end + 5;
  require(got.rest.size() == data.size() - taken);
}

void check_dots(std::string_view message, std::size_t size) {
  std::string sent;
  mox::smtp::DotStuffer stuffer;
  for (std::size_t at = 0; at < message.size(); at += size)
    stuffer.append(sent, message.substr(at, size));
  stuffer.finish(sent);
  const auto back = read(sent, sent.size());
  require(back.done && back.rest.empty());
  require(back.message == message || back.message == std::string(message) + "\r\n");
  require(stuffer.bare() == (back.bare_cr || back.bare_lf));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string bytes(data + 1, data + size);
  const auto whole = read(bytes, bytes.size());
  const std::size_t cut = data[0] % 16 + 1U;
  require(read(bytes, cut) == whole);
  require(read(bytes, 1) == whole);
  check_end(bytes, whole);
  check_dots(bytes, cut);
  return 0;
}
