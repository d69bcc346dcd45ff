// What an idle connection costs: idle_memory plain|tls [connections]. Run by hand; prints the
// memory of the server's side, without any protocol on top.
#include "async/event.h"
#include "async/gate.h"
#include "async/sleep.h"
#include "net/connection.h"
#include "net/dialer.h"
#include "net/listener.h"
#include "net/socket_transport.h"
#include "support/run_task.h"
#include "support/sockets.h"
#include "tls/certificate_store.h"
#include "tls/client_context.h"
#include "tls/self_signed.h"
#include "tls/server_context.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <list>
#include <malloc.h>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace mox;
using async::Task;
using net::Connection;

namespace {

std::size_t anonymous_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "RssAnon:" && status >> word) return std::stoul(word);
  return 0;
}

net::Deadline late() {
  return net::Deadline::clock::now() + std::chrono::minutes(30);
}

// As IMAP does: greets, reads a command, then idles.
Task<> session(Connection here, tls::ServerContext* tls, std::size_t& idle) {
  if (tls != nullptr) {
    const auto started = co_await here.start_tls(*tls, late());
    if (!started) std::printf("%s\n", started.error().text.c_str());
    if (!started) co_return;
  }
  std::string_view greeting = "* OK\r\n";
  co_await here.write(greeting, late());
  co_await here.read_line(8192, false, late());
  greeting = "+ idling\r\n";
  co_await here.write(greeting, late());
  ++idle;
  async::Event event;
  co_await here.wait_readable_or(event, late());
}

Task<> client(net::Endpoint server, tls::ClientContext* tls, std::vector<Connection>& all) {
  net::SystemDialer dialer;
  auto here = co_await dialer.connect(server, std::nullopt, late());
  if (!here) std::printf("%s\n", here.error().text.c_str());
  if (!here) co_return;
  if (tls != nullptr) co_await here->start_tls_client(*tls, "localhost", late());
  co_await here->read_line(100, true, late());
  std::string_view command = "a IDLE\r\n";
  co_await here->write(command, late());
  co_await here->read_line(100, true, late());
  all.push_back(std::move(*here));
}

Task<> clients(net::Endpoint server, std::size_t count, tls::ClientContext* tls,
               std::vector<Connection>& all) {
  for (std::size_t i = 0; i < count; ++i) co_await client(server, tls, all);
}

[[noreturn]] void run_clients(net::Endpoint server, std::size_t count, bool tls, int end) {
  {
    test::Loop loop;
    auto context = tls::ClientContext::unverified().value();
    std::vector<Connection> all;
    loop.run(clients(server, count, tls ? &context : nullptr, all));
    char byte = 0;
    while (::read(end, &byte, 1) > 0) continue;
  }
  std::_Exit(0);
}

} // namespace

// NOLINTNEXTLINE(bugprone-exception-escape): a failure ends this program anyhow.
int main(int argc, char** argv) {
  const bool with_tls = argc > 1 && std::string(argv[1]) == "tls";
  const std::size_t count = argc > 2 ? std::stoul(argv[2]) : 10'000;
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  auto listener = net::Listener::bind({net::Address::v4({127, 0, 0, 1}), 0}).value();
  const auto where = listener.local();
  int ends[2];
  if (pipe(ends) != 0) return 1;
  const auto child = fork();
  if (child == 0) {
    close(ends[1]);
    run_clients(where, count, with_tls, ends[0]);
  }

  const std::vector<std::string> names{"localhost"};
  const auto pem = tls::make_self_signed(names, SystemClock().wall(), std::chrono::days(1)).value();
  std::vector<tls::Certificate> certificates{
      tls::Certificate::from_pem(pem.certificate, pem.key, "test").value()};
  tls::CertificateStore store(certificates);
  tls::ServerContext context(store);

  test::Loop loop;
  async::Gate gate(loop.executor(), nullptr);
  std::size_t idle = 0;
  const std::size_t before = anonymous_kib();
  net::Acceptor acceptor(
      loop.executor(), std::move(listener),
      {.on_accept =
           [&](net::Socket socket) {
             gate.spawn(
                 session(Connection(net::socket_transport(loop.executor(), std::move(socket))),
                         with_tls ? &context : nullptr, idle));
           },
       .on_error = [](const Error& error) { std::printf("%s\n", error.text.c_str()); }});
  gate.spawn(acceptor.run());
  const auto wait = [](std::size_t& idle_now, std::size_t wanted) -> Task<> {
    while (idle_now < wanted)
      co_await async::sleep_until(net::Deadline::clock::now() + std::chrono::milliseconds(20));
  };
  loop.run(wait(idle, count));
  const std::size_t after = anonymous_kib();
  const auto heap = mallinfo2();
  std::printf("%zu idle %s connections: %zu bytes each (RssAnon %zu -> %zu KiB; heap in use %zu)\n",
              idle, with_tls ? "TLS" : "plain", (after - before) * 1024 / count, before, after,
              heap.uordblks / count);
  close(ends[1]);
  acceptor.stop();
  loop.run(gate.close());
  waitpid(child, nullptr, 0);
}
