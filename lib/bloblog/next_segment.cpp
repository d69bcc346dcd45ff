#include "bloblog/next_segment.h"

#include "bloblog/record.h"
#include "file/file.h"
#include "file/file_system.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace mox::bloblog {

namespace {

// The writer's syncs wait behind one of these.
constexpr std::size_t fill_step = 256U << 10U;
// A file is filled only while this many segments would still fit on the disk.
constexpr std::uint64_t room_for_filling = 16;

Result<file::Descriptor> create(const Segments& segments, std::uint32_t number) {
  const auto path = segments.path_of(number);
  MOX_TRY_ASSIGN(file, file::open(path, file::Access::create));
  const auto header = encode_segment_header(number);
  MOX_TRY(file::write_at(file, 0, std::string_view(header.data(), header.size())));
  return file;
}

Result<> make_durable(const Segments& segments, const file::Descriptor& file) {
  if (!segments.options().durable) return ok();
  MOX_TRY(file::sync(file));
  return file::sync_folder(segments.options().folder);
}

bool filling_pays(const Options& options) {
  if (!options.durable) return false;
  const auto space = file::space(options.folder);
  const auto in_place = file::overwrites_in_place(options.folder);
  return space && in_place && *in_place &&
         space->available / room_for_filling > options.segment_size;
}

// Writes zeros in steps that leave the disk to others in between, until done or told to hurry.
Result<> fill(const file::Descriptor& file, std::uint32_t size, const std::atomic<bool>& hurry) {
  MOX_TRY(file::allocate(file, size));
  const std::string zeros(std::min<std::size_t>(fill_step, size), '\0');
  for (std::uint64_t offset = segment_header_size; offset < size && !hurry;) {
    const auto step = std::min<std::uint64_t>(zeros.size(), size - offset);
    MOX_TRY(file::write_at(file, offset, std::string_view(zeros).substr(0, step)));
    MOX_TRY(file::write_back(file, offset, step));
    offset += step;
  }
  return ok();
}

Result<NewSegment> make(const Segments& segments, std::uint32_t number, bool filled,
                        const std::atomic<bool>& hurry) {
  MOX_TRY_ASSIGN(file, create(segments, number));
  if (filled) {
    const auto result = fill(file, segments.options().segment_size, hurry);
    if (!result && result.error().kind != ErrorKind::full) return failure(result.error());
    filled = result.has_value();
  }
  MOX_TRY(make_durable(segments, file));
  return NewSegment{.file = std::move(file), .number = number, .filled = filled};
}

} // namespace

struct NextSegment::State {
  explicit State(Segments& owner) : segments(owner) {}

  Segments& segments;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::optional<std::uint32_t> wanted; // set until the thread is done with it
  std::optional<NewSegment> made;
  std::atomic<bool> hurry = false;
  bool stop = false;
  std::thread thread;

  void run();
  void make_wanted(std::unique_lock<std::mutex>& lock);
  void discard(std::uint32_t number) const;
};

void NextSegment::State::run() {
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [&] { return stop || wanted; });
    if (stop) return;
    make_wanted(lock);
  }
}

void NextSegment::State::make_wanted(std::unique_lock<std::mutex>& lock) {
  const auto number = *wanted;
  lock.unlock();
  auto result = make(segments, number, filling_pays(segments.options()), hurry);
  if (!result) discard(number);
  lock.lock();
  if (result) made = *std::move(result);
  wanted.reset();
  changed.notify_all();
}

// What a failed attempt left behind would stand in the way of the next.
void NextSegment::State::discard(std::uint32_t number) const {
  static_cast<void>(file::unlink(segments.path_of(number)));
}

NextSegment::NextSegment(Segments& segments) : state_(std::make_unique<State>(segments)) {}

NextSegment::~NextSegment() {
  if (state_->thread.joinable()) {
    {
      const std::scoped_lock lock(state_->mutex);
      state_->stop = true;
      state_->hurry = true;
    }
    state_->changed.notify_all();
    state_->thread.join();
  }
  if (state_->made) state_->discard(state_->made->number);
}

void NextSegment::prepare(std::uint32_t number) {
  const std::scoped_lock lock(state_->mutex);
  if (state_->wanted || (state_->made && state_->made->number == number)) return;
  if (!state_->thread.joinable()) {
    state_->thread = std::thread([state = state_.get()] { state->run(); });
  }
  state_->hurry = false;
  state_->wanted = number;
  state_->changed.notify_all();
}

bool NextSegment::ready() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->made && state_->made->filled;
}

Result<NewSegment> NextSegment::take(std::uint32_t number) {
  std::unique_lock lock(state_->mutex);
  state_->hurry = true;
  state_->changed.wait(lock, [&] { return !state_->wanted; });
  if (state_->made && state_->made->number == number) {
    return *std::exchange(state_->made, std::nullopt);
  }
  auto result = make(state_->segments, number, false, state_->hurry);
  if (!result) state_->discard(number);
  return result;
}

void NextSegment::put_back(NewSegment segment) {
  const std::scoped_lock lock(state_->mutex);
  if (state_->made) state_->discard(state_->made->number);
  state_->made = std::move(segment);
}

} // namespace mox::bloblog
