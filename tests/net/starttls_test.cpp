// TLS on connections.
#include "async/event.h"
#include "async/sleep.h"
#include "channelbinding/channel_bindings.h"
#include "net/connection.h"
#include "net/memory.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"
#include "support/tls_pair.h"
#include "tls/session.h"

#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;
using net::Connection;
using net::Wake;

namespace {

struct Ends {
  Connection server;
  Connection client;
};

enum class Over { socket, memory, trickle };

Ends make(const async::Executor& executor, Over over) {
  if (over == Over::socket) {
    auto [a, b] = test::socket_pair(executor);
    return {std::move(a), std::move(b)};
  }
  const bool trickle = over == Over::trickle;
  auto [a, b] = net::memory_pair(executor, {.trickle = trickle}, {.trickle = trickle});
  return {std::move(a), std::move(b)};
}

Task<> serve(Connection& server, tls::ServerContext& context) {
  const auto started = co_await server.start_tls(context, test::soon());
  if (!started) FAIL(started.error().text);
}

Task<> join(Connection& client, tls::ClientContext& context, std::string name) {
  const auto started = co_await client.start_tls_client(context, std::move(name), test::soon());
  if (!started) FAIL(started.error().text);
}

void start(test::Loop& loop, Ends& ends, test::TlsPair& tls) {
  test::run_both(loop, serve(ends.server, tls.server), join(ends.client, tls.client, "mx.example"));
}

Task<> send(Connection& to, const std::string& bytes) {
  const auto sent = co_await to.write(bytes, test::soon());
  CHECK(sent);
}

Task<> receive(Connection& from, const std::string& want) {
  std::string got(want.size(), '\0');
  const auto done = co_await from.read_exact(got, test::soon());
  CHECK(done);
  CHECK(got == want);
}

} // namespace

TEST_CASE("both versions of TLS, over every stream") {
  for (const auto over : {Over::socket, Over::memory, Over::trickle}) {
    for (const bool tls12 : {false, true}) {
      CAPTURE(static_cast<int>(over), tls12);
      test::TlsPair tls;
      if (tls12) tls.client.limit_to_tls12();
      test::Loop loop;
      auto ends = make(loop.executor(), over);
      CHECK(ends.server.tls() == nullptr);
      CHECK(!ends.server.channel_bindings().any());
      start(loop, ends, tls);
      REQUIRE(ends.server.tls() != nullptr);
      CHECK(ends.server.tls()->version == (tls12 ? "TLSv1.2" : "TLSv1.3"));
      CHECK(ends.server.tls()->server_name == "mx.example");
      CHECK(ends.server.tls()->cipher == ends.client.tls()->cipher);
      CHECK(ends.server.tls()->cipher.starts_with("TLS_"));
      CHECK(!ends.server.tls()->resumed);
      const auto bindings = ends.server.channel_bindings();
      CHECK(bindings.any());
      CHECK(bindings.tls_exporter == ends.client.channel_bindings().tls_exporter);
      CHECK(bindings.tls_unique == ends.client.channel_bindings().tls_unique);
      test::run_both(loop, send(ends.client, "EHLO a\r\n"), receive(ends.server, "EHLO a\r\n"));
      test::run_both(loop, send(ends.server, "250 b\r\n"), receive(ends.client, "250 b\r\n"));
    }
  }
}

TEST_CASE("large writes in both directions at once") {
  const std::string up(700'000, 'u');
  const std::string down(700'000, 'd');
  for (const bool tls12 : {false, true}) {
    CAPTURE(tls12);
    test::TlsPair tls;
    if (tls12) tls.client.limit_to_tls12();
    test::Loop loop;
    auto ends = make(loop.executor(), Over::socket);
    start(loop, ends, tls);
    async::Gate gate(loop.executor(), [](const std::exception_ptr&) { CHECK(false); });
    gate.spawn(send(ends.client, up));
    gate.spawn(send(ends.server, down));
    gate.spawn(receive(ends.server, up));
    gate.spawn(receive(ends.client, down));
    loop.run(gate.close());
  }
}

TEST_CASE("a file goes through TLS") {
  std::string content(200'000, 'f');
  content.back() = '!';
  net::Descriptor file(::memfd_create("test", MFD_CLOEXEC));
  REQUIRE(::write(file.get(), content.data(), content.size()) == 200'000);
  const auto send_file = [](Connection& to, int descriptor) -> Task<> {
    const auto sent = co_await to.write_file(descriptor, 100'000, 100'000, test::soon());
    CHECK(sent);
  };
  test::TlsPair tls;
  test::Loop loop;
  auto ends = make(loop.executor(), Over::socket);
  start(loop, ends, tls);
  test::run_both(loop, send_file(ends.server, file.get()),
                 receive(ends.client, content.substr(100'000)));
}

TEST_CASE("one record of 16 KiB read as lines does not stall") {
  std::string record;
  while (record.size() < 16'000) record += std::string(998, 'x') + "\r\n";
  const auto read_lines = [](Connection& server) -> Task<> {
    for (int i = 0; i < 16; ++i) {
      const auto readable = co_await server.wait_readable(test::soon());
      REQUIRE(readable);
      const auto line = co_await server.read_line(1000, true, test::soon());
      REQUIRE(line);
      CHECK(line->size() == 998);
    }
    const auto none = co_await server.wait_readable(test::in(10ms));
    CHECK(!none);
  };
  const auto read_blocks = [](Connection& server) -> Task<> {
    std::string block(1000, '\0');
    for (int i = 0; i < 16; ++i) {
      const auto done = co_await server.read_exact(block, test::soon());
      REQUIRE(done);
    }
  };
  test::TlsPair tls;
  test::Loop loop;
  auto ends = make(loop.executor(), Over::socket);
  start(loop, ends, tls);
  test::run_both(loop, send(ends.client, record), read_lines(ends.server));
  test::run_both(loop, send(ends.client, record), read_blocks(ends.server));
}

TEST_CASE("idling in TLS: notified, readable and timed out, while the other direction is busy") {
  const auto idle = [](Connection& server, async::Event& event) -> Task<> {
    auto wake = co_await server.wait_readable_or(event, test::soon());
    CHECK(wake == Wake::notified);
    const std::string reply(300'000, 'e');
    const auto sent = co_await server.write(reply, test::soon());
    CHECK(sent);
    wake = co_await server.wait_readable_or(event, test::in(10ms));
    CHECK(wake == Wake::timeout);
    wake = co_await server.wait_readable_or(event, test::soon());
    CHECK(wake == Wake::readable);
    const auto line = co_await server.read_line(100, true, test::soon());
    REQUIRE(line);
    CHECK(*line == "DONE");
  };
  const auto peer = [](Connection& client, async::Event& event) -> Task<> {
    co_await async::sleep_until(test::in(10ms));
    event.notify();
    const std::string want(300'000, 'e');
    co_await receive(client, want);
    co_await async::sleep_until(test::in(30ms));
    std::string_view done = "DONE\r\n";
    co_await client.write(done, test::soon());
  };
  test::TlsPair tls;
  test::Loop loop;
  auto ends = make(loop.executor(), Over::socket);
  start(loop, ends, tls);
  async::Event event;
  test::run_both(loop, idle(ends.server, event), peer(ends.client, event));
}

TEST_CASE("plaintext behind STARTTLS is refused") {
  const auto talk = [](Ends& ends, test::TlsPair& tls) -> Task<> {
    std::string_view bytes = "STARTTLS\r\nMAIL FROM:<injected@example>\r\n";
    co_await ends.client.write(bytes, test::soon());
    const auto line = co_await ends.server.read_line(100, true, test::soon());
    REQUIRE(line);
    const auto started = co_await ends.server.start_tls(tls.server, test::soon());
    REQUIRE(!started);
    CHECK(started.error().kind == ErrorKind::refused);
    CHECK(ends.server.tls() == nullptr);
    bytes = "220 go\r\n250 injected\r\n";
    co_await ends.server.write(bytes, test::soon());
    const auto reply = co_await ends.client.read_line(100, true, test::soon());
    REQUIRE(reply);
    const auto joined = co_await ends.client.start_tls_client(tls.client, "x", test::soon());
    REQUIRE(!joined);
    CHECK(joined.error().kind == ErrorKind::refused);
  };
  test::TlsPair tls;
  test::Loop loop;
  auto ends = make(loop.executor(), Over::memory);
  loop.run(talk(ends, tls));
}

TEST_CASE("TLS starts once") {
  const auto again = [](Ends& ends, test::TlsPair& tls) -> Task<> {
    const auto server = co_await ends.server.start_tls(tls.server, test::soon());
    REQUIRE(!server);
    CHECK(server.error().kind == ErrorKind::refused);
    const auto client = co_await ends.client.start_tls_client(tls.client, "x", test::soon());
    CHECK(!client);
  };
  test::TlsPair tls;
  test::Loop loop;
  auto ends = make(loop.executor(), Over::memory);
  start(loop, ends, tls);
  loop.run(again(ends, tls));
}

TEST_CASE("a handshake that fails says with whom and why") {
  const auto plaintext = [](Ends& ends, test::TlsPair& tls) -> Task<> {
    std::string_view bytes = "HELO this is not TLS\r\n";
    co_await ends.client.write(bytes, test::soon());
    const auto started = co_await ends.server.start_tls(tls.server, test::soon());
    REQUIRE(!started);
    CHECK(started.error().kind == ErrorKind::io);
    CHECK(started.error().text == "TLS handshake with 192.0.2.1:5: wrong version number");
  };
  const auto gone = [](Ends& ends, test::TlsPair& tls) -> Task<> {
    ends.client.close();
    const auto started = co_await ends.server.start_tls(tls.server, test::soon());
    REQUIRE(!started);
    CHECK(started.error().kind == ErrorKind::closed);
  };
  const auto silent = [](Ends& ends, test::TlsPair& tls) -> Task<> {
    const auto started = co_await ends.server.start_tls(tls.server, test::in(10ms));
    REQUIRE(!started);
    CHECK(started.error().kind == ErrorKind::timeout);
    CHECK(started.error().text == "TLS handshake with 192.0.2.1:5: timeout");
  };
  using Talk = Task<> (*)(Ends&, test::TlsPair&);
  for (const Talk talk : {Talk(plaintext), Talk(gone), Talk(silent)}) {
    test::TlsPair tls;
    test::Loop loop;
    const net::Endpoint peer{net::Address::v4({192, 0, 2, 1}), 5};
    auto [a, b] = net::memory_pair(loop.executor(), {}, {.address = peer});
    Ends ends{std::move(a), std::move(b)};
    loop.run(talk(ends, tls));
  }
}

TEST_CASE("a client verifies the name and the authority when asked to") {
  struct Row {
    const char* name;
    const char* server_name;
    bool own_authority;
    const char* want;
  };

  const Row rows[] = {
      {"wrong name", "other.example", true, "hostname mismatch"},
      {"unknown authority", "mx.example", false, "self-signed certificate"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    test::TlsPair tls;
    auto client = row.own_authority
                      ? std::move(tls.client)
                      : tls::ClientContext::authorities(test::make_pem("x").certificate).value();
    const auto dial = [](Connection& here, tls::ClientContext& context, const Row& with) -> Task<> {
      const auto joined = co_await here.start_tls_client(context, with.server_name, test::soon());
      REQUIRE(!joined);
      CAPTURE(joined.error().text);
      CHECK(joined.error().text.find(with.want) != std::string::npos);
      here.close();
    };
    const auto answer = [](Connection& here, tls::ServerContext& context) -> Task<> {
      const auto started = co_await here.start_tls(context, test::soon());
      if (started) co_await here.read_some(1, test::soon());
    };
    test::Loop loop;
    auto ends = make(loop.executor(), Over::memory);
    test::run_both(loop, dial(ends.client, client, row), answer(ends.server, tls.server));
  }
}

TEST_CASE("a gentle close ends TLS in order") {
  const auto closes = [](Connection& server) -> Task<> {
    std::string_view bytes = "221 bye\r\n";
    co_await server.write(bytes, test::soon());
    co_await server.close_gently(test::soon());
  };
  const auto reads = [](Connection& client) -> Task<> {
    const auto line = co_await client.read_line(100, true, test::soon());
    REQUIRE(line);
    CHECK(*line == "221 bye");
    const auto end = co_await client.read_line(100, true, test::soon());
    REQUIRE(!end);
    CHECK(end.error().kind == ErrorKind::closed);
    client.close();
  };
  test::TlsPair tls;
  test::Loop loop;
  auto ends = make(loop.executor(), Over::socket);
  start(loop, ends, tls);
  test::run_both(loop, closes(ends.server), reads(ends.client));
}

TEST_CASE("garbage in the middle of TLS is an error") {
  const auto talk = [](int raw, Connection& server) -> Task<> {
    const std::string garbage(100, '\x17');
    REQUIRE(::write(raw, garbage.data(), garbage.size()) == 100);
    for (int i = 0; i < 2; ++i) {
      const auto line = co_await server.read_line(100, true, test::soon());
      REQUIRE(!line);
      CAPTURE(line.error().text);
      CHECK(line.error().kind == ErrorKind::io);
    }
  };
  test::TlsPair tls;
  test::Loop loop;
  auto [a, b] = test::descriptor_pair();
  const int raw = b.get();
  Ends ends{Connection(net::socket_transport(loop.executor(), {std::move(a), {}, {}})),
            Connection(net::socket_transport(loop.executor(), {std::move(b), {}, {}}))};
  start(loop, ends, tls);
  loop.run(talk(raw, ends.server));
}
