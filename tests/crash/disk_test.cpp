// The model of a disk: what must and what may be there after a power cut.
#include "crash/disk.h"
#include "support/catch.h"

#include <random>
#include <set>

namespace mox::test {
namespace {

// Says what happens to one folder's files.
class Story {
public:
  Story& create(const std::string& path) {
    inodes_[path] = ++inode_;
    return apply({.type = EventType::create, .inode = inode_, .path = path});
  }

  Story& write(const std::string& path, std::uint64_t offset, const std::string& bytes,
               std::uint8_t flags = 0) {
    return apply({.type = EventType::write,
                  .flags = flags,
                  .inode = inodes_.at(path),
                  .number = offset,
                  .data = bytes});
  }

  Story& truncate(const std::string& path, std::uint64_t size) {
    return apply({.type = EventType::truncate, .inode = inodes_.at(path), .number = size});
  }

  Story& begin_sync(const std::string& path) {
    return apply(
        {.type = EventType::sync_begin, .inode = inodes_.at(path), .number = inodes_.at(path)});
  }

  Story& end_sync(const std::string& path, std::uint8_t flags = 0) {
    return apply({.type = EventType::sync_end, .flags = flags, .number = inodes_.at(path)});
  }

  Story& sync(const std::string& path) { return begin_sync(path).end_sync(path); }

  Story& sync_root() {
    apply({.type = EventType::sync_begin, .number = 1000});
    return apply({.type = EventType::sync_end, .number = 1000});
  }

  Story& rename(const std::string& from, const std::string& to) {
    inodes_[to] = inodes_.at(from);
    return apply({.type = EventType::rename, .path = from, .other = to});
  }

  Story& remove(const std::string& path) {
    return apply({.type = EventType::remove, .path = path});
  }

  // All that 500 power cuts leave of `path`; "(none)" where there is no such file.
  std::set<std::string> leaves(const std::string& path, Loss loss) const {
    std::mt19937_64 random(1);
    std::set<std::string> all;
    for (int i = 0; i < 500; ++i) {
      const auto tree = disk_.after_power_cut(loss, random);
      const auto found = tree.find(path);
      all.insert(found == tree.end() ? "(none)" : found->second.text());
    }
    return all;
  }

private:
  Story& apply(const Event& event) {
    REQUIRE(disk_.apply(event) == "");
    return *this;
  }

  Disk disk_;
  std::map<std::string, std::uint64_t> inodes_;
  std::uint64_t inode_ = 0;
};

using Texts = std::set<std::string>;

} // namespace

TEST_CASE("what was synced is there, whatever is lost", "[crash]") {
  Story story;
  story.create("a").write("a", 0, "one").sync("a").sync_root();
  for (std::uint8_t loss = 0; loss < losses; ++loss) {
    CHECK(story.leaves("a", static_cast<Loss>(loss)) == Texts{"one"});
  }
}

TEST_CASE("a name is lost until its folder is synced", "[crash]") {
  Story story;
  story.create("a").write("a", 0, "one").sync("a");
  CHECK(story.leaves("a", Loss::all) == Texts{"(none)"});
  CHECK(story.leaves("a", Loss::some_writes) == Texts{"(none)", "one"});
  CHECK(story.leaves("a", Loss::none) == Texts{"one"});
}

TEST_CASE("an unsynced write is there or not", "[crash]") {
  Story story;
  story.create("a").write("a", 0, "one").sync("a").sync_root().write("a", 0, "two");
  CHECK(story.leaves("a", Loss::all) == Texts{"one"});
  CHECK(story.leaves("a", Loss::none) == Texts{"two"});
  CHECK(story.leaves("a", Loss::some_writes) == Texts{"one", "two"});
}

TEST_CASE("a torn write ends at a multiple of 512", "[crash]") {
  Story story;
  story.create("a").write("a", 0, std::string(1200, 'x')).sync("a").sync_root();
  story.write("a", 0, std::string(1200, 'y'));
  const auto torn = [](std::size_t size) {
    return std::string(size, 'y') + std::string(1200 - size, 'x');
  };
  CHECK(story.leaves("a", Loss::torn) == Texts{torn(0), torn(512), torn(1024), torn(1200)});
}

TEST_CASE("sectors are lost one by one", "[crash]") {
  Story story;
  story.create("a").write("a", 0, std::string(1024, 'x')).sync("a").sync_root();
  story.write("a", 0, std::string(1024, 'y'));
  CHECK(story.leaves("a", Loss::sectors).contains(std::string(512, 'x') + std::string(512, 'y')));
}

TEST_CASE("a write that comes while a sync runs is not part of it", "[crash]") {
  Story story;
  story.create("a").sync("a").sync_root();
  story.write("a", 0, "one").begin_sync("a").write("a", 3, "two").end_sync("a");
  CHECK(story.leaves("a", Loss::all) == Texts{"one"});
}

TEST_CASE("a failed sync makes nothing durable", "[crash]") {
  Story story;
  story.create("a").sync("a").sync_root();
  story.write("a", 0, "one").begin_sync("a").end_sync("a", Event::failed);
  CHECK(story.leaves("a", Loss::all) == Texts{""});
}

TEST_CASE("a synced write leaves those before it behind", "[crash]") {
  Story story;
  story.create("a").write("a", 0, std::string(1024, 'x')).sync("a").sync_root();
  story.write("a", 0, std::string(512, 'y')).write("a", 512, std::string(512, 'z'), Event::synced);
  CHECK(story.leaves("a", Loss::all) == Texts{std::string(512, 'x') + std::string(512, 'z')});
}

TEST_CASE("a rename or removal is lost until its folder is synced", "[crash]") {
  Story story;
  story.create("a").write("a", 0, "one").sync("a").sync_root().rename("a", "b");
  CHECK(story.leaves("a", Loss::all) == Texts{"one"});
  CHECK(story.leaves("b", Loss::all) == Texts{"(none)"});
  story.sync_root();
  CHECK(story.leaves("b", Loss::all) == Texts{"one"});
  story.remove("b");
  CHECK(story.leaves("b", Loss::some_writes) == Texts{"(none)", "one"});
}

TEST_CASE("a truncation may be lost, and the size may run ahead of the bytes", "[crash]") {
  Story story;
  story.create("a").write("a", 0, "one").sync("a").sync_root().truncate("a", 1);
  CHECK(story.leaves("a", Loss::some_writes) == Texts{"o", "one"});
  story.sync("a").write("a", 1, "xy");
  CHECK(story.leaves("a", Loss::some_writes) == Texts{"o", "oxy", std::string("o\0\0", 3)});
}

TEST_CASE("events that make no sense are refused", "[crash]") {
  Disk disk;
  CHECK(disk.apply({.type = EventType::write, .inode = 7}) != "");
  CHECK(disk.apply({.type = EventType::sync_end, .number = 7}) != "");
  CHECK(disk.apply({.type = EventType::remove, .path = "a"}) != "");
  CHECK(disk.apply({.type = EventType::create, .path = "missing/a"}) != "");
  CHECK(disk.apply({.type = EventType::unseen, .path = "a", .data = "mmap"}) != "");
}

TEST_CASE("an event is read back as it was written, and a torn one not at all", "[crash]") {
  std::string bytes;
  append_event(bytes, {.type = EventType::rename,
                       .flags = 1,
                       .inode = 2,
                       .number = 3,
                       .path = "a",
                       .other = "b",
                       .data = "c"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view torn(bytes.data(), size);
    CHECK_FALSE(take_event(torn).has_value());
  }
  std::string_view rest = bytes;
  const Event wanted{.type = EventType::rename,
                     .flags = 1,
                     .inode = 2,
                     .number = 3,
                     .path = "a",
                     .other = "b",
                     .data = "c"};
  CHECK(take_event(rest) == wanted);
  CHECK(rest.empty());
}

} // namespace mox::test
