#include "crash/images.h"

#include "file/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <thread>
#include <utility>

namespace mox::test {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kept_failures = 3;
constexpr std::size_t largest_log = std::size_t{4} << 30U;

Result<Content> read_content(const fs::path& path) {
  MOX_TRY_ASSIGN(file, file::open(path, file::Access::read));
  Content content;
  std::string bytes(1U << 20U, '\0');
  for (;;) {
    MOX_TRY_ASSIGN(count, file::read_at(file, content.size(), bytes));
    if (count == 0) return content;
    content.write(content.size(), std::string_view(bytes).substr(0, count));
  }
}

Result<> read_folder(const fs::path& folder, const std::string& prefix, Tree& tree) {
  MOX_TRY_ASSIGN(names, file::list(folder));
  for (const auto& name : names) {
    const auto path = folder / name;
    const auto status = fs::symlink_status(path);
    if (fs::is_directory(status)) {
      tree[prefix + name + "/"];
      MOX_TRY(read_folder(path, prefix + name + "/", tree));
    } else if (fs::is_regular_file(status)) {
      MOX_TRY_ASSIGN(content, read_content(path));
      tree[prefix + name] = std::move(content);
    } else {
      return failure(ErrorKind::unsupported,
                     fmt::format("{} is neither file nor folder", path.native()));
    }
  }
  return ok();
}

} // namespace

Result<Tree> read_tree(const fs::path& folder) {
  Tree tree;
  MOX_TRY(read_folder(folder, "", tree));
  return tree;
}

Result<> write_tree(const Tree& tree, const fs::path& folder) {
  MOX_TRY(file::make_folder(folder));
  for (const auto& [path, content] : tree) {
    if (path.ends_with('/')) {
      MOX_TRY(file::make_folder(folder / path.substr(0, path.size() - 1)));
      continue;
    }
    MOX_TRY_ASSIGN(file, file::open(folder / path, file::Access::create));
    Result<> result;
    content.each_part([&](std::uint64_t offset, std::string_view bytes) {
      if (result) result = file::write_at(file, offset, bytes);
    });
    MOX_TRY(result);
    MOX_TRY(file::truncate(file, content.size()));
  }
  return ok();
}

Result<Recording> read_recording(const fs::path& log, const std::optional<fs::path>& before) {
  Recording recording;
  if (before) {
    MOX_TRY_ASSIGN(tree, read_tree(*before));
    recording.before = std::move(tree);
  }
  MOX_TRY_ASSIGN(bytes, file::read_file(log, largest_log));
  std::string_view rest = bytes;
  while (auto event = take_event(rest)) recording.events.push_back(*std::move(event));
  return recording;
}

namespace {

Result<> follow(Disk& disk, const Event& event) {
  const auto problem = disk.apply(event);
  if (problem.empty()) return ok();
  return failure(ErrorKind::unsupported, "crash recording: " + problem);
}

bool matters(const std::string& path) {
  return !path.ends_with("lock.mdb");
}

// The first path at which the trees differ.
std::optional<std::string> difference(const Tree& one, const Tree& other) {
  for (const auto& [path, content] : one) {
    if (!matters(path)) continue;
    const auto found = other.find(path);
    if (found == other.end() || found->second.text() != content.text()) return path;
  }
  for (const auto& [path, content] : other) {
    if (matters(path) && !one.contains(path)) return path;
  }
  return std::nullopt;
}

} // namespace

std::vector<std::size_t> commits_of(const Recording& recording) {
  constexpr std::uint64_t meta_pages = 8192; // bytes
  std::set<std::uint64_t> databases;
  std::vector<std::size_t> commits;
  for (std::size_t i = 0; i < recording.events.size(); ++i) {
    const auto& event = recording.events[i];
    const bool names = event.type == EventType::create || event.type == EventType::known;
    if (names && event.path.ends_with("data.mdb")) databases.insert(event.inode);
    const bool writes = event.type == EventType::write && databases.contains(event.inode);
    if (writes && event.number < meta_pages) commits.push_back(i);
  }
  return commits;
}

Result<> check_complete(const Recording& recording, const fs::path& folder) {
  Disk disk(recording.before);
  for (const auto& event : recording.events) MOX_TRY(follow(disk, event));
  MOX_TRY_ASSIGN(tree, read_tree(folder));
  const auto path = difference(disk.current(), tree);
  if (!path) return ok();
  return failure(ErrorKind::corrupt,
                 fmt::format("{} was changed in a way that the recorder did not see", *path));
}

std::string describe(const Image& image) {
  return fmt::format("image {}: cut before event {}{}{}, {}, {} marks", image.number, image.cut,
                     image.aimed ? " (aimed)" : "",
                     image.in_flight ? ", its last write in flight" : "", name_of(image.loss),
                     image.marks.size());
}

namespace {

struct Drawn {
  Image image;
  std::mt19937_64 random;
};

class Runner {
public:
  // One of `plan.threads`, which share the images out.
  Runner(const Recording& recording, const Plan& plan, std::size_t share, const fs::path& scratch,
         const Check& check)
      : recording_(recording), plan_(plan), share_(share), scratch_(scratch), check_(check),
        commits_(commits_of(recording)), disk_(recording.before) {}

  Result<Report> run() {
    std::vector<Drawn> drawn;
    for (std::size_t number = 0; number < plan_.images; ++number) {
      // Odd numbers are aimed: by pairs each share has both.
      if (number / 2 % plan_.threads != share_) continue;
      if (!plan_.only || *plan_.only == number) drawn.push_back(draw(number));
    }
    std::ranges::sort(drawn, {}, [](const Drawn& one) { return one.image.cut; });
    for (auto& one : drawn) {
      MOX_TRY(make_and_check(one));
      if (report_.failed.size() >= plan_.enough_failures) break;
    }
    return std::move(report_);
  }

private:
  Drawn draw(std::size_t number) const {
    std::seed_seq seeds{plan_.seed, static_cast<std::uint64_t>(number)};
    Drawn drawn{.image = {}, .random = std::mt19937_64(seeds)};
    auto& image = drawn.image;
    auto& random = drawn.random;
    image.number = number;
    image.aimed = number % 2 == 1 && !commits_.empty();
    image.cut = image.aimed ? commits_[random() % commits_.size()] + 1
                            : random() % (recording_.events.size() + 1);
    image.loss = static_cast<Loss>(random() % losses);
    if (image.aimed && random() % 2 == 0) image.loss = Loss::other_files;
    const bool commits = image.cut > 0 && std::ranges::binary_search(commits_, image.cut - 1);
    image.in_flight = commits && !image.aimed;
    return drawn;
  }

  // Follows the events up to where the image's power goes.
  Result<> go_to(const Image& image) {
    const auto end = image.cut - (image.in_flight ? 1 : 0);
    for (; at_ < end; ++at_) {
      const auto& event = recording_.events[at_];
      MOX_TRY(follow(disk_, event));
      if (event.type == EventType::mark) marks_.push_back(event.data);
    }
    return ok();
  }

  Tree tree_of(Drawn& drawn) {
    if (!drawn.image.in_flight) return disk_.after_power_cut(drawn.image.loss, drawn.random);
    auto event = recording_.events[drawn.image.cut - 1];
    event.flags = 0;
    return disk_.after_power_cut_within(event, drawn.image.loss, drawn.random);
  }

  Result<> make_and_check(Drawn& drawn) {
    auto& image = drawn.image;
    MOX_TRY(go_to(image));
    image.folder = scratch_ / fmt::format("image-{}", image.number);
    image.marks = marks_;
    const auto tree = tree_of(drawn);
    MOX_TRY(write_tree(tree, image.folder));
    ++report_.images;
    if (image.aimed) ++report_.aimed;
    if (disk_.has_unsynced()) ++report_.with_unsynced;
    const auto problem = check_(image);
    fs::remove_all(image.folder);
    if (problem.empty()) return ok();
    report_.failed.push_back({.image = image, .text = problem});
    // As it was before the check changed it.
    if (report_.failed.size() <= kept_failures) MOX_TRY(write_tree(tree, image.folder));
    return ok();
  }

  const Recording& recording_;
  const Plan& plan_;
  std::size_t share_;
  const fs::path& scratch_;
  const Check& check_;
  std::vector<std::size_t> commits_;
  Disk disk_;
  std::size_t at_ = 0;
  std::vector<std::string> marks_;
  Report report_;
};

} // namespace

Result<Report> run_images(const Recording& recording, const Plan& plan, const fs::path& scratch,
                          const Check& check) {
  MOX_TRY(file::make_folder(scratch));
  std::vector<Result<Report>> reports(plan.threads);
  std::vector<std::thread> threads;
  for (std::size_t share = 0; share < plan.threads; ++share) {
    threads.emplace_back(
        [&, share] { reports[share] = Runner(recording, plan, share, scratch, check).run(); });
  }
  for (auto& thread : threads) thread.join();
  Report all;
  for (auto& report : reports) {
    if (!report) return report;
    all.images += report->images;
    all.aimed += report->aimed;
    all.with_unsynced += report->with_unsynced;
    std::ranges::move(report->failed, std::back_inserter(all.failed));
  }
  return all;
}

} // namespace mox::test
