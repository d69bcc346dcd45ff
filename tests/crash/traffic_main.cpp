// crash_traffic FOLDER SEED LANES OPERATIONS BULK: puts traffic on the store in FOLDER, closes it
// half way and opens it again, and marks in the recorder's log what the store has confirmed.
//
// A lane ends at a failure that may have left something, and goes on after one that has not. Exit
// codes: 0 when all was done or refused as it should be, 3 when the store did not open, 1 when it
// went on after a failure.
#include "crash/mark.h"
#include "crash/traffic.h"
#include "crash/traffic_on_store.h"
#include "database/database.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace mox;
using namespace mox::test;

class Program {
public:
  Program(std::filesystem::path folder, const Traffic& traffic)
      : folder_(std::move(folder)), traffic_(traffic) {}

  int run() {
    for (const int half : {0, 1}) {
      if (const int code = run_half(half); code != 0 || given_up_) return code;
    }
    return 0;
  }

private:
  int run_half(int half) {
    std::atomic<bool> told = false;
    bool takes = true;
    {
      auto opened = store::Store::open(
          options_for_crashes(folder_), clock_, random_,
          {.log = {}, .committed = {}, .failed = [&](const Error&) { told = true; }});
      if (!opened) {
        say("error " + opened.error().text);
        return 3;
      }
      run_lanes(**opened, half);
      const bool told_by_now = told;
      takes = takes_changes(**opened);
      if (takes && (given_up_ || told_by_now)) {
        std::fputs("the store went on after a failure\n", stderr);
        return 1;
      }
    }
    // It may also fail now, with its own work, when no lane is left to see that.
    if (takes || told) return 0;
    std::fputs("the store gave up and said so to nobody\n", stderr);
    return 1;
  }

  void run_lanes(store::Store& store, int half) {
    std::vector<std::thread> threads;
    for (std::size_t lane = 0; lane < lanes_of(traffic_); ++lane) {
      threads.emplace_back([this, &store, half, lane] { run_lane(store, half, lane); });
    }
    for (auto& thread : threads) thread.join();
  }

  void run_lane(store::Store& store, int half, std::size_t number) {
    const auto operations = operations_of(traffic_, number);
    const auto middle = operations.size() / 2;
    Lane lane(store, traffic_, number);
    const auto begin = half == 0 ? 0 : middle;
    const auto end = half == 0 ? middle : operations.size();
    for (auto i = begin; i < end; ++i) {
      const auto result = run(lane, operations[i]);
      if (!result) say("error " + result.error().text);
      // What the store did last before it gave up is on disk or not.
      if (!result && !takes_changes(store)) {
        given_up_ = true;
        return;
      }
      say(mark_of({.lane = number, .done = result.has_value()}));
    }
  }

  // Reading throws when the database has failed.
  static Result<> run(Lane& lane, const Operation& operation) {
    try {
      return lane.run(operation);
    } catch (const database::Failure& failure) {
      return std::unexpected(failure.error());
    }
  }

  static bool takes_changes(store::Store& store) {
    return store.write_blocking<void>([](store::Txn&) -> Result<> { return ok(); }).has_value();
  }

  static void say(const std::string& text) { crash_mark(text); }

  std::filesystem::path folder_;
  Traffic traffic_;
  FastClock clock_;
  SystemRandom random_;
  std::atomic<bool> given_up_ = false;
};

} // namespace

int main(int count, char** words) {
  if (count != 6) {
    std::fputs("crash_traffic FOLDER SEED LANES OPERATIONS BULK\n", stderr);
    return 2;
  }
  const auto number = [&](int index) { return std::strtoull(words[index], nullptr, 10); };
  return Program(words[1], {.seed = number(2),
                            .lanes = number(3),
                            .operations = number(4),
                            .bulk = number(5) != 0})
      .run();
}
