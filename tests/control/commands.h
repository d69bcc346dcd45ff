// A few commands for tests of both sides.
#pragma once

#include "control/call.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mox::test {

// What the tests' daemon does:
//   echo A B …   writes each parameter with a ';', then the input
//   take N       takes at most N bytes of input, says how many
//   first        takes the first piece of the input only
//   ok, refuse   do nothing, without looking at the input
//   bug          throws
inline async::Task<Result<>> obey(control::Call& call) {
  const auto& [command, parameters] = call.request;
  if (command == "ok") co_return ok();
  if (command == "refuse") co_return failure(ErrorKind::refused, "not for you");
  if (command == "bug") throw std::runtime_error("a bug");
  if (command == "first") {
    MOX_CO_TRY_ASSIGN(piece, co_await call.source.read());
    co_return co_await call.sink.write(piece);
  }
  if (command == "take") {
    const auto max = std::stoul(parameters.at(0));
    MOX_CO_TRY_ASSIGN(all, co_await control::read_all(call.source, max));
    const auto size = std::to_string(all.size());
    co_return co_await call.sink.write(size);
  }
  if (command != "echo") co_return failure(ErrorKind::unsupported, "no command " + command);
  for (const auto& parameter : parameters) {
    const auto text = parameter + ";";
    MOX_CO_TRY(co_await call.sink.write(text));
  }
  while (true) {
    MOX_CO_TRY_ASSIGN(piece, co_await call.source.read());
    if (piece.empty()) co_return ok();
    // The next read may come before the write has ended.
    const std::string copy(piece);
    MOX_CO_TRY(co_await call.sink.write(copy));
  }
}

} // namespace mox::test
