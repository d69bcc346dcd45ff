// What the recorder logs of each call that it stands for.
#include "crash/images.h"
#include "crash/run.h"
#include "file/file.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace mox::test {
namespace {

const char* name_of(EventType type) {
  switch (type) {
  case EventType::create: return "create";
  case EventType::known: return "known";
  case EventType::make_folder: return "make_folder";
  case EventType::rename: return "rename";
  case EventType::link: return "link";
  case EventType::remove: return "remove";
  case EventType::write: return "write";
  case EventType::truncate: return "truncate";
  case EventType::sync_begin: return "sync_begin";
  case EventType::sync_end: return "sync_end";
  case EventType::mark: return "-";
  case EventType::unseen: return "unseen";
  }
  return "?";
}

// Files as #1, #2 in the order of their coming; an inode comes again as another file.
class Numbers {
public:
  std::size_t of(const Event& event) {
    auto& number = numbers_[event.inode];
    if (number == 0 || event.type == EventType::create) number = ++last_;
    return number;
  }

private:
  std::map<std::uint64_t, std::size_t> numbers_;
  std::size_t last_ = 0;
};

std::string as_text(const Event& event, Numbers& numbers) {
  std::string text = name_of(event.type);
  if (event.type == EventType::mark) return fmt::format("{} {}\n", text, event.data);
  const bool random = event.path.starts_with("temporary-");
  if (!event.path.empty()) text += fmt::format(" {}", random ? "temporary" : event.path);
  if (!event.other.empty()) text += " to " + event.other;
  if (event.inode != 0) text += fmt::format(" #{}", numbers.of(event));
  const bool numbered = event.type == EventType::write || event.type == EventType::truncate ||
                        event.type == EventType::sync_begin || event.type == EventType::sync_end;
  if (numbered) text += fmt::format(" {}", event.number);
  if (!event.data.empty()) text += fmt::format(" \"{}\"", event.data);
  if (event.type == EventType::write && event.flags == Event::synced) text += " synced";
  if (event.type == EventType::sync_end && event.flags == Event::failed) text += " failed";
  return text + "\n";
}

std::string as_text(const std::vector<Event>& events) {
  Numbers numbers;
  std::string text;
  for (const auto& event : events) text += as_text(event, numbers);
  return text;
}

} // namespace

TEST_CASE("recorder: each call, whether it succeeds or not, and nothing of other folders") {
  const TemporaryFolder folder;
  REQUIRE(file::make_folder(folder / "data"));
  REQUIRE(file::replace(folder / "data" / "old", "old text"));
  REQUIRE(file::replace(folder / "data" / "victim", "text"));
  REQUIRE(file::replace(folder / "outside", "text"));
  const RecorderOptions options{.library = MOX_CRASH_RECORDER,
                                .folder = folder / "data",
                                .log = folder / "log",
                                .faults = "write:1:ENOSPC:victim,truncate:1:EIO:victim,"
                                          "fallocate:1:EDQUOT:victim,sync:2:EIO:victim,"
                                          "create:1:EROFS:victim2,mkdir:1:ENOSPC:victims,"
                                          "link:1:EINTR:victim,rename:1:other:victim,"
                                          "unlink:1:EIO:victim"};
  const auto code =
      run_program({MOX_CRASH_CALLS, (folder / "data").native()}, recorder_environment(options));
  REQUIRE(code);
  CHECK(*code == 0);
  const auto recording = read_recording(options.log);
  REQUIRE(recording);
  std::ifstream expected(MOX_TEST_DATA "/recorder.txt", std::ios::binary);
  const std::string want{std::istreambuf_iterator<char>(expected), {}};
  CHECK(as_text(recording->events) == want);
}

} // namespace mox::test
