#include "cli/invocation.h"
#include "commands.h"
#include "file/descriptor.h"
#include "file/file.h"
#include "json/writer.h"
#include "message/json.h"
#include "message/parser.h"

#include <fmt/format.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

using namespace message;

constexpr std::size_t chunk_size = 64 << 10;

// To its end, without keeping it.
Result<> feed_all(int descriptor, std::string_view name, Parser& parser) {
  std::vector<char> buffer(chunk_size);
  while (true) {
    const auto count = ::read(descriptor, buffer.data(), buffer.size());
    if (count == 0) return ok();
    if (count > 0) {
      parser.feed({buffer.data(), static_cast<std::size_t>(count)});
    } else if (errno != EINTR) {
      return failure(system_error(fmt::format("read {}", name), errno));
    }
  }
}

Result<Message> read_message(std::string_view name) {
  Parser parser;
  if (name.empty() || name == "-") {
    MOX_TRY(feed_all(STDIN_FILENO, "standard input", parser));
  } else {
    MOX_TRY_ASSIGN(opened, file::open(name, file::Access::read));
    MOX_TRY(feed_all(opened.number(), name, parser));
  }
  return parser.finish();
}

} // namespace

Result<int> message_parse(const cli::Invocation& invocation) {
  MOX_TRY_ASSIGN(message, read_message(invocation.argument("FILE")));
  json::Writer json(2);
  json.object();
  message::write_json(json, message);
  json.end();
  fmt::print(invocation.output(), "{}\n", std::move(json).text());
  if (invocation.given("--smtputf8"))
    fmt::print(invocation.output(), "message needs smtputf8: {}\n",
               needs_smtputf8(message.structure));
  return cli::exit_done;
}

} // namespace mox::cmd
