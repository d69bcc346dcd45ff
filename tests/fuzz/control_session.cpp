// links: control
// Both sides of the control protocol, whatever the other one says.
//
// The first byte: bit 0 is the client's side, else the daemon's; bit 1 lets bytes come in small
// pieces.
#include "control/client_session.h"
#include "control/frame.h"
#include "control/hello.h"
#include "control/request.h"
#include "control/server.h"
#include "support/run_task.h"
#include "support/script_transport.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace mox;
using control::FrameType;

constexpr control::RequestLimits limits{.count = 8, .bytes = 1000};

void require(bool condition, std::string_view what) {
  if (condition) return;
  fmt::print(stderr, "{}\n", what);
  std::abort();
}

struct Handled {
  std::size_t requests = 0;
  std::size_t written = 0;
};

struct Input {
  std::string_view bytes;
  bool pieces = false;
};

struct World {
  test::Loop loop;
  async::Pool pool{1};
  SystemClock clock;

  net::Connection connect(Input input, std::string& told) {
    return net::Connection(
        std::make_unique<test::ScriptTransport>(loop.executor(), input.bytes, input.pieces, told));
  }
};

// Each frame that was said is well formed; the hello comes first.
template <class Each> void check_frames(std::string_view told, Each each) {
  const auto hello = control::print_hello();
  require(told.starts_with(hello), "no hello");
  told.remove_prefix(hello.size());
  while (!told.empty()) {
    require(told.size() >= control::head_size, "half a head was said");
    const auto head = control::parse_head(
        std::span<const char, control::head_size>(told.data(), control::head_size));
    require(head.has_value(), "a wrong head was said");
    told.remove_prefix(control::head_size);
    require(told.size() >= head->size, "half a payload was said");
    each(*head, told.substr(0, head->size));
    told.remove_prefix(head->size);
  }
}

async::Task<> serve(World& world, Input input, std::string& told, Handled& handled) {
  auto connection = world.connect(input, told);
  const control::Handler handler = [&handled](control::Call& call) {
    const auto obey = [](control::Call& with, Handled& count) -> async::Task<Result<>> {
      const auto& request = with.request;
      ++count.requests;
      require(request.parameters.size() <= limits.count, "too many parameters");
      std::size_t size = 0;
      for (const auto& parameter : request.parameters) size += parameter.size();
      require(size <= limits.bytes, "too large parameters");
      require(control::print_request(request).has_value(), "a command that is none");
      if (request.command == "no") co_return failure(ErrorKind::refused, "no");
      while (true) {
        MOX_CO_TRY_ASSIGN(piece, co_await with.source.read());
        if (piece.empty()) co_return ok();
        const std::string copy(piece);
        count.written += copy.size();
        MOX_CO_TRY(co_await with.sink.write(copy));
      }
    };
    return obey(call, handled);
  };
  async::Event stop;
  const auto ended =
      co_await control::serve(connection, handler, {.limits = limits}, world.clock, stop);
  static_cast<void>(ended);
}

void check_server(World& world, Input input) {
  std::string told;
  Handled handled;
  world.loop.run(serve(world, input, told, handled));
  std::size_t results = 0;
  std::size_t written = 0;
  check_frames(told, [&](control::FrameHead head, std::string_view payload) {
    require(head.type == FrameType::output || head.type == FrameType::done ||
                head.type == FrameType::failed,
            "a client's frame was said");
    if (head.type == FrameType::output)
      written += payload.size();
    else
      ++results;
  });
  require(written == handled.written, "output was lost");
  // One for each request, and perhaps one for what was none.
  require(results == handled.requests || results == handled.requests + 1, "lost results");
}

async::Task<> ask(World& world, Input input, std::string& told, std::size_t& heard) {
  control::ClientSession session(world.connect(input, told), {}, world.pool, world.clock);
  const auto greeted = co_await session.greet();
  if (!greeted) co_return;
  const control::Writer writer = [&heard](std::string_view bytes) {
    heard += bytes.size();
    return Result<>();
  };
  const control::Request request{"a b", {"c", ""}};
  while (true) {
    const auto result = co_await session.run(request, nullptr, writer);
    if (result) continue;
    for (const char c : result.error().text)
      require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "control characters in an error");
    const bool ended = result.error().text == "the connection to the daemon has ended before";
    if (ended) co_return;
  }
}

void check_client(World& world, Input input) {
  std::string told;
  std::size_t heard = 0;
  world.loop.run(ask(world, input, told, heard));
  require(heard <= input.bytes.size(), "output was made up");
  check_frames(told, [](control::FrameHead head, std::string_view) {
    require(head.type == FrameType::command || head.type == FrameType::parameter ||
                head.type == FrameType::go || head.type == FrameType::input_end,
            "a daemon's frame was said");
  });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size == 0) return 0;
  const std::string bytes(data + 1, data + size);
  const Input input{.bytes = bytes, .pieces = (data[0] & 2) != 0};
  if ((data[0] & 1) != 0)
    check_client(world, input);
  else
    check_server(world, input);
  return 0;
}
