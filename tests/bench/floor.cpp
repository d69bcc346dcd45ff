// links: database file random
//
// bench_floor FOLDER [SECONDS [MESSAGES]]: the limit that deliveries and APPENDs are held against:
// the same syncs and the same rows without a protocol, on a store that is empty or holds MESSAGES.
#include "bare_store.h"
#include "load.h"

#include <cstdlib>

namespace {

using namespace mox::bench;

void measure(const std::filesystem::path& folder, const char* workload, std::size_t prefix,
             std::chrono::milliseconds time, std::size_t messages) {
  for (const std::size_t threads : {1U, 8U, 32U}) {
    std::vector<Run> runs;
    for (int i = 0; i < 3; ++i) {
      std::filesystem::remove_all(folder);
      BareStore store(folder, 4096, prefix);
      store.fill(messages);
      runs.push_back(run_for(time, threads, [&](std::size_t) {
        store.deliver();
        return true;
      }));
    }
    const auto what = messages == 0 ? std::string("4 KB, a fresh store")
                                    : fmt::format("4 KB, a store of {}", messages);
    print_runs(workload, what, threads, std::move(runs));
  }
  std::filesystem::remove_all(folder);
}

} // namespace

int main(int count, char** words) {
  if (count < 2) {
    std::fputs("bench_floor FOLDER [SECONDS [MESSAGES]]\n", stderr);
    return 2;
  }
  const auto number = [&](int index, unsigned long long otherwise) {
    return count > index ? std::strtoull(words[index], nullptr, 10) : otherwise;
  };
  const std::chrono::seconds time(number(2, 3));
  const auto messages = number(3, 0);
  measure(std::filesystem::path(words[1]) / "bare", "floor-delivery", 400, time, messages);
  measure(std::filesystem::path(words[1]) / "bare", "floor-append", 0, time, messages);
  return 0;
}
