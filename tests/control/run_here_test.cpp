#include "control/commands.h"
#include "control/run_here.h"
#include "support/catch.h"

#include <stdexcept>
#include <string>
#include <unistd.h>

using namespace mox;

namespace {

control::Writer into(std::string& output) {
  return [&output](std::string_view bytes) {
    output += bytes;
    return Result<>();
  };
}

} // namespace

TEST_CASE("a request is done without a daemon as with one") {
  std::string output;
  CHECK(control::run_here(test::obey, {"echo", {"a", "", "b"}}, nullptr, into(output)));
  CHECK(output == "a;;b;");
  output.clear();
  const std::string large(100'000, 'x');
  control::TextReader text(large);
  CHECK(control::run_here(test::obey, {"echo", {}}, &text, into(output)));
  CHECK(output == large);
  control::TextReader more("12345");
  CHECK(control::run_here(test::obey, {"take", {"4"}}, &more, into(output)) ==
        Result<>(failure(ErrorKind::invalid, "the input has more than 4 bytes")));
  CHECK(control::run_here(test::obey, {"refuse", {}}, nullptr, into(output)).error().kind ==
        ErrorKind::refused);
  CHECK_THROWS_AS(control::run_here(test::obey, {"bug", {}}, nullptr, into(output)),
                  std::runtime_error);
}

TEST_CASE("the end of the input stays the end") {
  const auto twice = [](control::Call& call) -> async::Task<Result<>> {
    MOX_CO_TRY_ASSIGN(all, co_await control::read_all(call.source, 100));
    CHECK(all == "hello");
    MOX_CO_TRY_ASSIGN(more, co_await call.source.read());
    CHECK(more.empty());
    co_return ok();
  };
  std::string output;
  control::TextReader text("hello");
  CHECK(control::run_here(twice, {"a", {}}, &text, into(output)));
}

TEST_CASE("what reader and writer say is what the handler hears") {
  class Torn final : public control::Reader {
    Result<std::size_t> read(std::span<char>) override {
      return failure(ErrorKind::io, "read the tape: it is torn");
    }
  };

  Torn torn;
  std::string output;
  CHECK(control::run_here(test::obey, {"echo", {}}, &torn, into(output)) ==
        Result<>(failure(ErrorKind::io, "read the tape: it is torn")));
  const control::Writer full = [](std::string_view) -> Result<> {
    return failure(ErrorKind::full, "no room");
  };
  CHECK(control::run_here(test::obey, {"echo", {"a"}}, nullptr, full) ==
        Result<>(failure(ErrorKind::full, "no room")));
}

TEST_CASE("who asks is this process") {
  const auto who = [](control::Call& call) -> async::Task<Result<>> {
    CHECK(call.peer ==
          net::PeerCredentials{.uid = ::getuid(), .gid = ::getgid(), .pid = ::getpid()});
    co_return ok();
  };
  std::string output;
  CHECK(control::run_here(who, {"a", {}}, nullptr, into(output)));
}
