// links: sendmailprogram
// SMTP on standard input (-bs): the cuts of the input change nothing, each line of the answer is
// one of a reply, a message that is taken is whole, and no more bytes of it come than went in.
#include "sendmailprogram/session.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mox;
using namespace mox::sendmailprogram;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Run {
  std::string said;
  std::string taken;
  sendmail::ExitCode code{};

  bool operator==(const Run&) const = default;
};

Handed take(Run& run, std::size_t size, const sendmail::Source& message) {
  std::string buffer(size, '\0');
  std::string text;
  while (true) {
    const auto count = message(buffer);
    if (!count) return {sendmail::ExitCode::data, "cut"};
    if (*count == 0) break;
    require(*count <= size);
    text.append(buffer, 0, *count);
  }
  run.taken += text + '|';
  return {};
}

Run run(std::string_view input, std::size_t cut) {
  Run run;
  const auto whole = input.size();
  Session session({.input = [&](std::span<char> into) -> Result<std::size_t> {
                     const auto count = std::min({into.size(), input.size(), cut});
                     std::copy_n(input.begin(), count, into.begin());
                     input.remove_prefix(count);
                     return count;
                   },
                   .output = [&](std::string_view bytes) -> Result<> {
                     run.said += bytes;
                     return ok();
                   },
                   .hostname = "host.example",
                   .hand_in =
                       [&](const address::Path&, const std::vector<address::Path>& recipients,
                           const sendmail::Source& message) {
                         require(!recipients.empty());
                         return take(run, cut, message);
                       }});
  run.code = session.run().value();
  require(run.taken.size() <= 2 * whole + 1);
  return run;
}

bool is_reply(std::string_view line) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return line.size() >= 4 && std::ranges::all_of(line.substr(0, 3), is_digit) &&
         (line[3] == ' ' || line[3] == '-');
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  const auto whole = run(input, std::max<std::size_t>(size, 1));
  for (const std::size_t cut : {1U, 3U, 64U}) require(run(input, cut) == whole);
  std::string_view rest = whole.said;
  while (!rest.empty()) {
    const auto end = rest.find("\r\n");
    require(end != std::string_view::npos && is_reply(rest.substr(0, end)));
    rest.remove_prefix(end + 2);
  }
  return 0;
}
