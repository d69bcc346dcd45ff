#include "crash/spoil.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace mox::test {

namespace {

// The numbers of the syncs whose file or folder has `part` in its path.
std::set<std::uint64_t> syncs_of(const Recording& recording, std::string_view part) {
  std::map<std::uint64_t, std::string> paths;
  std::set<std::uint64_t> syncs;
  for (const auto& event : recording.events) {
    if (event.type == EventType::create || event.type == EventType::known) {
      paths[event.inode] = event.path;
    }
    if (event.type != EventType::sync_begin) continue;
    const auto& path = event.inode != 0 ? paths[event.inode] : event.path;
    if (path.find(part) != std::string::npos) syncs.insert(event.number);
  }
  return syncs;
}

bool is_sync(const Event& event, const std::set<std::uint64_t>& syncs) {
  return (event.type == EventType::sync_begin || event.type == EventType::sync_end) &&
         syncs.contains(event.number);
}

} // namespace

Recording without_syncs(const Recording& recording, std::string_view part) {
  const auto syncs = syncs_of(recording, part);
  Recording spoilt{.before = recording.before, .events = {}};
  for (const auto& event : recording.events) {
    if (!is_sync(event, syncs)) spoilt.events.push_back(event);
  }
  return spoilt;
}

Recording with_syncs_after_commit(const Recording& recording, std::string_view part) {
  const auto syncs = syncs_of(recording, part);
  Recording spoilt{.before = recording.before, .events = {}};
  std::vector<Event> held;
  const auto commits = commits_of(recording);
  for (std::size_t i = 0; i < recording.events.size(); ++i) {
    const auto& event = recording.events[i];
    if (is_sync(event, syncs)) {
      held.push_back(event);
      continue;
    }
    spoilt.events.push_back(event);
    if (!std::ranges::binary_search(commits, i)) continue;
    for (auto& one : std::exchange(held, {})) spoilt.events.push_back(std::move(one));
  }
  return spoilt;
}

Recording with_early_marks(const Recording& recording) {
  Recording spoilt{.before = recording.before, .events = {}};
  std::vector<Event> since_commit;
  const auto release = [&] {
    for (const bool marks : {true, false}) {
      for (const auto& event : since_commit) {
        if ((event.type == EventType::mark) == marks) spoilt.events.push_back(event);
      }
    }
    since_commit.clear();
  };
  const auto commits = commits_of(recording);
  for (std::size_t i = 0; i < recording.events.size(); ++i) {
    if (std::ranges::binary_search(commits, i)) release();
    since_commit.push_back(recording.events[i]);
  }
  release();
  return spoilt;
}

} // namespace mox::test
