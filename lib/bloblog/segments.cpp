#include "bloblog/segments.h"

#include "bloblog/record.h"
#include "file/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace mox::bloblog {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view large_folder = "large";
constexpr std::string_view segment_suffix = ".seg";

// segment-name = 8HEXDIG ".seg" ; large-name = 16HEXDIG
std::string segment_name(std::uint32_t segment) {
  return fmt::format("{:08x}{}", segment, segment_suffix);
}

std::string large_name(std::uint64_t file_number) {
  return fmt::format("{:016x}", file_number);
}

// Nothing for names that the log does not give, such as upper case digits.
template <class Number> std::optional<Number> number_of(std::string_view digits) {
  Number number = 0;
  if (digits.size() != 2 * sizeof(Number)) return std::nullopt;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number, 16);
  if (error != std::errc() || end != digits.end()) return std::nullopt;
  return number;
}

std::optional<std::uint32_t> segment_of(std::string_view name) {
  if (!name.ends_with(segment_suffix)) return std::nullopt;
  const auto number = number_of<std::uint32_t>(name.substr(0, name.size() - segment_suffix.size()));
  if (!number || *number == 0 || segment_name(*number) != name) return std::nullopt;
  return (*number & Location::large_flag) == 0 ? number : std::nullopt;
}

std::optional<std::uint64_t> large_of(std::string_view name) {
  const auto number = number_of<std::uint64_t>(name);
  return number && large_name(*number) == name ? number : std::nullopt;
}

using CacheKey = std::uint64_t;

CacheKey key_of(const Location& location) {
  if (!location.is_large()) return location.segment;
  return location.file_number() | std::uint64_t{1} << 63U;
}

} // namespace

struct Segments::State {
  struct Cached {
    std::shared_ptr<const file::Descriptor> file;
    std::uint64_t last_use = 0;
  };

  struct Removal {
    fs::path path;
    CacheKey key;
  };

  Options options;
  mutable std::mutex mutex;
  std::set<std::uint32_t> segments;
  std::map<CacheKey, Cached> cache;
  std::uint64_t uses = 0;
  std::uint64_t removals = 0;
  std::size_t freezes = 0;
  std::vector<Removal> waiting;

  void make_room_in_cache() {
    if (cache.size() < options.open_files || cache.empty()) return;
    cache.erase(std::ranges::min_element(cache, {},
                                         [](const auto& entry) { return entry.second.last_use; }));
  }

  // With the mutex held.
  Result<> remove_now(const Removal& removal) {
    cache.erase(removal.key);
    MOX_TRY(file::unlink(removal.path));
    ++removals;
    if (removal.key < Location::large_flag) {
      segments.erase(static_cast<std::uint32_t>(removal.key));
    }
    return ok();
  }
};

namespace {

// Makes a folder and its entry durable when it is not there yet.
// The name is synced also when the folder was there: who made it may have died before that.
Result<> make_durable_folder(const fs::path& folder, bool durable) {
  MOX_TRY(file::make_folder(folder));
  return durable ? file::sync_folder(folder / "..") : ok();
}

} // namespace

Segments::Segments(Options options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
}

Segments::~Segments() = default;

Result<std::unique_ptr<Segments>> Segments::open(Options options) {
  if (options.segment_size < segment_header_size || options.segment_size > largest_segment) {
    return failure(ErrorKind::invalid,
                   fmt::format("blob log: no segment has {} bytes", options.segment_size));
  }
  std::unique_ptr<Segments> opened(new Segments(std::move(options)));
  auto& state = *opened->state_;
  const auto& folder = state.options.folder;
  MOX_TRY(make_durable_folder(folder, state.options.durable));
  MOX_TRY(make_durable_folder(folder / large_folder, state.options.durable));
  MOX_TRY_ASSIGN(names, file::list(folder));
  for (const auto& name : names) {
    if (const auto segment = segment_of(name)) state.segments.insert(*segment);
  }
  return opened;
}

const Options& Segments::options() const {
  return state_->options;
}

std::vector<std::uint32_t> Segments::list() const {
  const std::scoped_lock lock(state_->mutex);
  return {state_->segments.begin(), state_->segments.end()};
}

Result<std::vector<std::uint64_t>> Segments::list_large() const {
  MOX_TRY_ASSIGN(names, file::list(state_->options.folder / large_folder));
  std::vector<std::uint64_t> numbers;
  for (const auto& name : names) {
    if (const auto number = large_of(name)) numbers.push_back(*number);
  }
  return numbers;
}

fs::path Segments::path_of(std::uint32_t segment) const {
  return state_->options.folder / segment_name(segment);
}

fs::path Segments::path_of_large(std::uint64_t file_number) const {
  return state_->options.folder / large_folder / large_name(file_number);
}

Result<> Segments::remove_or_wait(const Location& location) {
  const auto path =
      location.is_large() ? path_of_large(location.file_number()) : path_of(location.segment);
  const std::scoped_lock lock(state_->mutex);
  State::Removal removal{.path = path, .key = key_of(location)};
  if (state_->freezes == 0) return state_->remove_now(removal);
  state_->waiting.push_back(std::move(removal));
  return ok();
}

Result<> Segments::remove(std::uint32_t segment) {
  return remove_or_wait({.segment = segment});
}

Result<> Segments::remove_large(const Location& location) {
  if (!location.is_large()) {
    return failure(ErrorKind::invalid, "blob log: not the location of a large body");
  }
  return remove_or_wait(location);
}

Result<std::size_t> Segments::remove_unreferenced_large(
    const std::function<bool(std::uint64_t file_number)>& is_referenced) {
  MOX_TRY_ASSIGN(numbers, list_large());
  std::size_t removed = 0;
  for (const auto number : numbers) {
    if (is_referenced(number)) continue;
    MOX_TRY(remove_large(Location::large(number, 0)));
    ++removed;
  }
  return removed;
}

Segments::Freeze Segments::freeze() {
  const std::scoped_lock lock(state_->mutex);
  ++state_->freezes;
  return Freeze(this);
}

void Segments::unfreeze() {
  const std::scoped_lock lock(state_->mutex);
  if (--state_->freezes != 0) return;
  for (const auto& removal : std::exchange(state_->waiting, {})) {
    // A file that cannot be removed now is found at the next start, as after a crash.
    static_cast<void>(state_->remove_now(removal));
  }
}

Segments::Freeze::Freeze(Segments* segments) : segments_(segments) {}

Segments::Freeze::Freeze(Freeze&& other) noexcept
    : segments_(std::exchange(other.segments_, nullptr)) {}

Segments::Freeze::~Freeze() {
  if (segments_ != nullptr) segments_->unfreeze();
}

Result<std::shared_ptr<const file::Descriptor>> Segments::descriptor(const Location& location) {
  const auto key = key_of(location);
  std::uint64_t removals = 0;
  {
    const std::scoped_lock lock(state_->mutex);
    if (const auto found = state_->cache.find(key); found != state_->cache.end()) {
      found->second.last_use = ++state_->uses;
      return found->second.file;
    }
    removals = state_->removals;
  }
  const auto path =
      location.is_large() ? path_of_large(location.file_number()) : path_of(location.segment);
  MOX_TRY_ASSIGN(opened, file::open(path, file::Access::read));
  auto shared = std::make_shared<const file::Descriptor>(std::move(opened));
  const std::scoped_lock lock(state_->mutex);
  // It may have been removed between the opening and here: the caller reads on, but the cache must
  // not keep the file's room occupied.
  if (state_->removals != removals) return shared;
  state_->make_room_in_cache();
  state_->cache.insert_or_assign(key, State::Cached{.file = shared, .last_use = ++state_->uses});
  return shared;
}

void Segments::add(std::uint32_t segment) {
  const std::scoped_lock lock(state_->mutex);
  state_->segments.insert(segment);
}

void Segments::forget(std::uint32_t segment) {
  const std::scoped_lock lock(state_->mutex);
  state_->segments.erase(segment);
}

} // namespace mox::bloblog
