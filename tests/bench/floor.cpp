// links: database file random
//
// bench_floor FOLDER [SECONDS [MESSAGES [delivery|append THREADS]]]: the limit that deliveries and
// APPENDs are held against: the same syncs and the same rows without a protocol, on a store that is
// empty or holds MESSAGES. One run of what is named, or three of each.
#include "bare_store.h"
#include "load.h"

#include <cstdlib>

namespace {

using namespace mox::bench;

struct Workload {
  std::string_view name;
  const char* label;
  std::size_t prefix; // bytes
};

constexpr Workload workloads[] = {{"delivery", "floor-delivery", 400},
                                  {"append", "floor-append", 0}};

struct Settings {
  std::filesystem::path folder;
  std::chrono::seconds time{3};
  std::size_t messages = 0;
  int repeats = 3;
};

void measure(const Settings& settings, const Workload& workload, std::size_t threads) {
  std::vector<Run> runs;
  for (int i = 0; i < settings.repeats; ++i) {
    std::filesystem::remove_all(settings.folder);
    BareStore store(settings.folder, 4096, workload.prefix);
    store.fill(settings.messages);
    runs.push_back(run_for(settings.time, threads, [&](std::size_t) {
      store.deliver();
      return true;
    }));
  }
  const auto what = settings.messages == 0 ? std::string("4 KB, a fresh store")
                                           : fmt::format("4 KB, a store of {}", settings.messages);
  print_runs(workload.label, what, threads, std::move(runs));
  std::filesystem::remove_all(settings.folder);
}

} // namespace

int main(int count, char** words) {
  if (count < 2) {
    std::fputs("bench_floor FOLDER [SECONDS [MESSAGES [delivery|append THREADS]]]\n", stderr);
    return 2;
  }
  const auto number = [&](int index, unsigned long long otherwise) {
    return count > index ? std::strtoull(words[index], nullptr, 10) : otherwise;
  };
  const bool one = count > 5;
  const Settings settings{.folder = std::filesystem::path(words[1]) / "bare",
                          .time = std::chrono::seconds(number(2, 3)),
                          .messages = number(3, 0),
                          .repeats = one ? 1 : 3};
  for (const auto& workload : workloads) {
    if (one && workload.name == words[4]) measure(settings, workload, number(5, 1));
    if (one) continue;
    for (const std::size_t threads : {1U, 8U, 32U}) measure(settings, workload, threads);
  }
  return 0;
}
