// Failing disks and full ones: each call that the store makes fails once, in a run of its own.
// Nothing confirmed may be lost then, not even by a power cut on top of it.
#include "crash/recorded.h"
#include "crash/traffic_on_store.h"
#include "support/catch.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace mox::test {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr int step = 7;
#else
constexpr int step = 1;
#endif
#else
constexpr int step = 1;
#endif

struct Row {
  const char* call;
  const char* error;
  const char* words;
  std::size_t operations;
  int least; // so many calls at least do happen
};

std::vector<std::string> errors_of(const std::vector<std::string>& marks) {
  std::vector<std::string> errors;
  for (const auto& mark : marks) {
    if (mark.starts_with("error ")) errors.push_back(mark.substr(6));
  }
  return errors;
}

// The images of a power cut after the program's end.
void check_images(const Recorded& recorded, const Traffic& traffic) {
  Disk disk(recorded.recording.before);
  for (const auto& event : recorded.recording.events) REQUIRE(disk.apply(event) == "");
  const auto scratch = image_folder();
  std::mt19937_64 random(traffic.seed);
  for (const auto loss : {Loss::all, Loss::some_writes, Loss::none}) {
    const auto folder = scratch / fmt::format("image-{}", static_cast<int>(loss));
    REQUIRE(write_tree(disk.after_power_cut(loss, random), folder).has_value());
    INFO(name_of(loss));
    CHECK(open_and_compare(folder / "store", traffic, recorded.marks()) == "");
  }
}

// False when the run has no such call.
bool fails_at(const Row& row, int nth, const Traffic& traffic) {
  CAPTURE(row.call, row.error, nth, traffic.seed);
  const Recorded recorded(traffic, fmt::format("{}:{}:{}", row.call, nth, row.error));
  const auto marks = recorded.marks();
  if (std::ranges::find(marks, std::string("fault")) == marks.end()) return false;
  // 3: the store did not open.
  CHECK((recorded.exit_code == 0 || recorded.exit_code == 3));
  const auto errors = errors_of(marks);
  if (recorded.exit_code == 3) CHECK_FALSE(errors.empty());
  if (!errors.empty()) {
    CAPTURE(errors.front());
    CHECK(errors.front().find(row.words) != std::string::npos);
  }
  CHECK(open_and_compare(recorded.store(), traffic, marks) == "");
  check_images(recorded, traffic);
  return true;
}

} // namespace

TEST_CASE("nothing confirmed is lost when a call to the system fails", "[crash][faults]") {
  constexpr const char* io = "Input/output error";
  constexpr const char* full = "No space left on device";
  const Row row = GENERATE_COPY(values<Row>({
      {"sync", "EIO", io, 14, 20},
      {"write", "EIO", io, 14, 40},
      {"write", "ENOSPC", full, 14, 40},
      // Those of segments: more traffic, fewer calls.
      {"truncate", "EIO", io, 50, 1},
      {"create", "ENOSPC", full, 50, 4},
      {"mkdir", "ENOSPC", full, 14, 2},
      {"unlink", "EIO", io, 50, 1},
      {"fallocate", "ENOSPC", full, 50, 1},
  }));
  const Traffic traffic{
      .seed = chosen_seed(), .lanes = 2, .operations = row.operations, .bulk = false};
  int runs = 0;
  int nth = 1;
  for (; fails_at(row, nth, traffic); nth += step) ++runs;
  fmt::print("{} {}: {} runs\n", row.call, row.error, runs);
  CHECK(nth > row.least);
}

} // namespace mox::test
