#include "admin/handler.h"

#include "admin/deliver.h"
#include "async/pool.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace mox::admin {

namespace {

async::Task<Result<std::string>> input_of(control::Call& call, std::size_t most) {
  if (most == 0) co_return std::string();
  co_return co_await control::read_all(call.source, most);
}

async::Task<Result<>> handle(Place& place, const Server& server, control::Call& call) {
  const auto& command = call.request.command;
  place.log.info("control", "command",
                 {{"cmd", command}, {"uid", call.peer ? std::int64_t{call.peer->uid} : -1}});
  if (command == "stop") {
    server.stop();
    co_return ok();
  }
  if (command == "deliver") co_return co_await deliver(place, server.pool, call);
  const auto* operation = find_operation(command);
  if (operation == nullptr)
    co_return failure(ErrorKind::unsupported,
                      fmt::format("the running server does not know the command {:?}", command));
  auto input = co_await input_of(call, operation->input);
  if (!input) co_return std::unexpected(input.error());
  auto work = [&place, operation, &call, &input] {
    return perform(place, *operation, call.request.parameters, *input);
  };
  const auto output = co_await async::run_blocking(server.pool, std::move(work));
  if (!output) co_return std::unexpected(output.error());
  co_return co_await call.sink.write(*output);
}

} // namespace

control::Handler handler(Place& place, Server server) {
  return [&place, server = std::move(server)](control::Call& call) {
    return handle(place, server, call);
  };
}

} // namespace mox::admin
