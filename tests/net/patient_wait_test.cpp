#include "async/gate.h"
#include "async/sleep.h"
#include "net/memory.h"
#include "net/patient_wait.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <string>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;
using net::PatientWait;

namespace {

struct Polled {
  PatientWait::End end{};
  bool stopped = false; // the server still sees it
};

Task<> wait_for(net::Connection& server, async::Event& event, async::Event& stop,
                net::Deadline deadline, Polled& polled) {
  PatientWait patient_wait(server, event, stop);
  polled.end = co_await patient_wait.wait(deadline);
  polled.stopped = stop.notified();
}

Task<> act(net::Connection& client, async::Event& event, async::Event& stop, std::string what) {
  co_await async::sleep_until(test::in(2ms));
  if (what.contains("more")) {
    const auto written = co_await client.write("GET", test::soon());
    CHECK(written);
    co_await async::sleep_until(test::in(2ms));
  }
  if (what.contains("notify")) event.notify();
  if (what.contains("stop")) stop.notify();
  if (what.contains("close")) client.close();
}

} // namespace

TEST_CASE("a patient wait ends by what comes first") {
  using enum PatientWait::End;

  struct Row {
    const char* what;
    PatientWait::End want;
  };

  // What was sent already does not end it, and does not hide what comes after it.
  const std::vector<Row> rows = {
      {"notify", notified},       {"stop", stopping},       {"close", gone},
      {"notify, stop", stopping}, {"wait", timed_out},      {"more", timed_out},
      {"more, notify", notified}, {"more, stop", stopping},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    test::Loop loop;
    async::Event event;
    async::Event stop;
    auto [server, client] = net::memory_pair(loop.executor());
    const bool times_out = row.want == timed_out;
    const auto deadline = times_out ? test::in(20ms) : test::soon();
    Polled polled;
    test::run_both(loop, wait_for(server, event, stop, deadline, polled),
                   act(client, event, stop, row.what));
    CHECK(polled.end == row.want);
    CHECK(polled.stopped == (row.want == stopping));
    if (std::string_view(row.what).contains("more")) CHECK(server.buffered() == "GET");
  }
}

TEST_CASE("a patient wait that begins after the stop ends at once") {
  test::Loop loop;
  async::Event event;
  async::Event stop;
  stop.notify();
  auto [server, client] = net::memory_pair(loop.executor());
  Polled polled;
  loop.run(wait_for(server, event, stop, test::soon(), polled));
  CHECK(polled.end == PatientWait::End::stopping);
  // It is not told any more of what happens later.
  stop.take();
  stop.notify();
  CHECK_FALSE(event.notified());
}
