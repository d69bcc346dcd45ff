#include "bloblog/writer.h"

#include "bloblog/crc32c.h"
#include "bloblog/next_segment.h"
#include "file/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mox::bloblog {

namespace {

// A batch above this is written in parts, so that it is not held in memory twice.
constexpr std::size_t buffer_limit = 1U << 20U;
// A segment that is not filled ahead, as the one found at open, is left for a filled one after this
// much: small stores never pay for filling, busy ones soon have cheap syncs.
constexpr std::uint32_t small_start = 4U << 20U;
// What the kernel keeps of a file, and reads before it changes a part of one.
constexpr std::uint32_t page_size = 4096;
// A batch begins no more segments than this. What stands further beyond the tail that the database
// knows does not come from a crash.
constexpr std::uint32_t batch_segments = 2;

std::unexpected<Error> refused(std::string text) {
  return failure(ErrorKind::corrupt, std::move(text));
}

// A segment that this batch writes to.
struct Open {
  NewSegment segment;
  std::uint32_t opened_at = 0; // its size when this writer began with it
  std::uint32_t begin = 0;     // where the batch begins in it
  std::uint32_t written = 0;   // up to where the file holds the batch
  bool unsynced = false;
};

} // namespace

struct Writer::State {
  Segments& segments;
  NextSegment next;
  std::vector<Open> open; // the last is the active one, those before were ended by this batch
  // Of the active one, from `buffer_begin` on. In a segment written ahead it begins with the page
  // that `written` falls into, so that whole pages are written: where memory is short the kernel
  // has dropped the zeros by then, and would read them again to change a part.
  std::string buffer;
  std::uint32_t buffer_begin = 0;
  std::optional<Error> failed;

  explicit State(Segments& owner) : segments(owner), next(owner) {}

  Open& active() { return open.back(); }

  Position tail() const {
    return {.segment = open.back().segment.number,
            .offset = buffer_begin + static_cast<std::uint32_t>(buffer.size())};
  }

  // Keeps the error: nothing is known about the files after it.
  Result<> keep(Result<> result) {
    if (!result && !failed) failed = result.error();
    return result;
  }

  void begin_with(NewSegment segment, std::uint32_t offset) {
    open.push_back(
        {.segment = std::move(segment), .opened_at = offset, .begin = offset, .written = offset});
    buffer_begin = offset;
  }

  void begin_with_header(NewSegment segment) {
    begin_with(std::move(segment), segment_header_size);
    if (!active().segment.filled) return;
    const auto header = encode_segment_header(active().segment.number);
    buffer.assign(header.data(), header.size());
    buffer_begin = 0;
  }

  bool must_roll(std::uint32_t size) const;
  Result<> roll();
  void prepare_next();
  std::size_t padding() const;
  Result<> write_buffer();
  Result<> end_segment(Open& ended);
  Result<> sync_all();
};

bool Writer::State::must_roll(std::uint32_t size) const {
  const auto offset = tail().offset;
  if (offset == segment_header_size) return false;
  const auto& last = open.back();
  if (std::uint64_t{offset} + size > segments.options().segment_size) return true;
  return !last.segment.filled && offset - last.opened_at >= small_start && next.ready();
}

Result<> Writer::State::roll() {
  if (open.size() > batch_segments) {
    return failure(ErrorKind::temporary, "blob log: the batch is too large");
  }
  MOX_TRY(write_buffer());
  // A failure here, as of a full disk, has changed nothing: the change that asked for room fails,
  // and the next one may try again.
  MOX_TRY_ASSIGN(segment, next.take(tail().segment + 1));
  segments.add(segment.number);
  buffer.clear();
  begin_with_header(std::move(segment));
  return ok();
}

void Writer::State::prepare_next() {
  const auto offset = tail().offset;
  const bool half_full = offset > segments.options().segment_size / 2;
  const auto& last = open.back();
  const bool busy = !last.segment.filled && offset - last.opened_at >= small_start;
  if (half_full || busy) next.prepare(tail().segment + 1);
}

// Zeros that make the buffer end with a page, over those that stand there.
std::size_t Writer::State::padding() const {
  const auto& last = open.back();
  const auto end = (std::uint64_t{tail().offset} + page_size - 1) / page_size * page_size;
  if (!last.segment.filled || end > segments.options().segment_size) return 0;
  return end - tail().offset;
}

Result<> Writer::State::write_buffer() {
  auto& last = active();
  const auto end = tail().offset;
  if (last.written == end) return ok();
  last.unsynced = true;
  buffer.append(padding(), '\0');
  MOX_TRY(keep(file::write_at(last.segment.file, buffer_begin, buffer)));
  last.written = end;
  const auto kept = last.segment.filled ? std::min(end - buffer_begin, end % page_size) : 0;
  buffer.resize(end - buffer_begin);
  buffer.erase(0, buffer.size() - kept);
  buffer_begin = end - kept;
  return ok();
}

// The zeros, or what a cut left, behind the last record go before the segment counts as sealed.
Result<> Writer::State::end_segment(Open& ended) {
  MOX_TRY(keep(file::truncate(ended.segment.file, ended.written)));
  ended.unsynced = true;
  return ok();
}

Result<> Writer::State::sync_all() {
  for (auto& segment : open) {
    if (&segment != &open.back()) MOX_TRY(end_segment(segment));
    if (!std::exchange(segment.unsynced, false) || !segments.options().durable) continue;
    MOX_TRY(keep(file::sync_data(segment.segment.file)));
  }
  open.erase(open.begin(), open.end() - 1);
  active().begin = active().written;
  return ok();
}

Writer::Writer() = default;
Writer::~Writer() = default;

namespace {

Result<NewSegment> make_first(Segments& segments) {
  NextSegment next(segments);
  return next.take(1);
}

// True when the segment holds a record behind its header; one that cannot be read holds none.
Result<bool> holds_records(const Segments& segments, std::uint32_t number) {
  MOX_TRY_ASSIGN(file, file::open(segments.path_of(number), file::Access::read));
  RecordHeaderBytes bytes{};
  MOX_TRY_ASSIGN(count, file::read_at(file, segment_header_size, bytes));
  const Position first{.segment = number, .offset = segment_header_size};
  return decode_record_header(std::string_view(bytes.data(), count), first).has_value();
}

// An older database beside a newer log would have us cut away acknowledged mail.
Result<> check_nothing_newer(const Segments& segments, Position tail) {
  const auto allowed = tail == Position{} ? 0 : tail.segment + batch_segments;
  for (const auto number : segments.list()) {
    if (number <= allowed) continue;
    MOX_TRY_ASSIGN(records, holds_records(segments, number));
    if (!records) continue;
    const auto knows = tail == Position{}
                           ? std::string("the database knows no blob log")
                           : fmt::format("the database ends in segment {}", tail.segment);
    return refused(fmt::format("{} holds records, but {}: an older or empty database was put "
                               "beside a newer log",
                               segments.path_of(number).native(), knows));
  }
  return ok();
}

Result<> remove_beyond(Segments& segments, Position tail) {
  for (const auto number : segments.list()) {
    if (number > tail.segment) MOX_TRY(segments.remove(number));
  }
  return ok();
}

Result<> check_header(const file::Descriptor& file, std::uint32_t number) {
  SegmentHeaderBytes bytes{};
  MOX_TRY_ASSIGN(count, file::read_at(file, 0, bytes));
  return check_segment_header(std::string_view(bytes.data(), count), number);
}

// The active segment without what the database does not know.
Result<NewSegment> open_cut(const Segments& segments, Position tail) {
  MOX_TRY_ASSIGN(file, file::open(segments.path_of(tail.segment), file::Access::write));
  MOX_TRY(check_header(file, tail.segment));
  MOX_TRY_ASSIGN(size, file::size(file));
  if (size < tail.offset) {
    return refused(fmt::format("{} ends at {}, but the database knows records up to {}",
                               file.path().native(), size, tail.offset));
  }
  if (size > tail.offset) {
    MOX_TRY(file::truncate(file, tail.offset));
    if (segments.options().durable) MOX_TRY(file::sync(file));
  }
  return NewSegment{.file = std::move(file), .number = tail.segment, .filled = false};
}

bool is_possible(Position tail) {
  return tail.segment != 0 && (tail.segment & Location::large_flag) == 0 &&
         tail.offset >= segment_header_size && tail.offset % record_alignment == 0;
}

} // namespace

Result<std::unique_ptr<Writer>> Writer::open(Segments& segments, Position tail) {
  if (tail != Position{} && !is_possible(tail)) {
    return refused(fmt::format("blob log: the database gives segment {}, offset {} as its end",
                               tail.segment, tail.offset));
  }
  MOX_TRY(check_nothing_newer(segments, tail));
  std::unique_ptr<Writer> writer(new Writer);
  writer->state_ = std::make_unique<State>(segments);
  if (tail == Position{}) {
    MOX_TRY(remove_beyond(segments, tail));
    MOX_TRY_ASSIGN(first, make_first(segments));
    segments.add(first.number);
    writer->state_->begin_with(std::move(first), segment_header_size);
    return writer;
  }
  MOX_TRY_ASSIGN(active, open_cut(segments, tail));
  MOX_TRY(remove_beyond(segments, tail));
  writer->state_->begin_with(std::move(active), tail.offset);
  return writer;
}

Result<Location> Writer::append(Kind kind, std::uint64_t id,
                                std::span<const std::string_view> pieces) {
  auto& state = *state_;
  if (state.failed) return failure(*state.failed);
  std::uint64_t length = 0;
  std::uint32_t checksum = 0;
  for (const auto piece : pieces) {
    length += piece.size();
    checksum = crc32c(piece, checksum);
  }
  if (length > largest_record) {
    return failure(ErrorKind::invalid,
                   fmt::format("blob log: a record of {} bytes is too large", length));
  }
  const RecordHeader header{
      .kind = kind, .id = id, .length = static_cast<std::uint32_t>(length), .checksum = checksum};
  const auto size = size_in_segment(header.length);
  if (state.must_roll(size)) MOX_TRY(state.roll());
  const auto at = state.tail();
  const auto bytes = encode_record_header(header, at);
  const auto end = state.buffer.size() + size;
  state.buffer.append(bytes.data(), bytes.size());
  for (const auto piece : pieces) state.buffer.append(piece);
  state.buffer.resize(end, '\0');
  if (state.buffer.size() >= buffer_limit) MOX_TRY(state.write_buffer());
  return Location{.segment = at.segment, .offset = at.offset, .length = header.length};
}

Result<Location> Writer::append(Kind kind, std::uint64_t id, std::string_view payload) {
  return append(kind, id, std::span(&payload, 1));
}

Result<Location> Writer::append_large(std::uint64_t id, const Location& body) {
  const auto note = encode_large(body);
  return append(Kind::large, id, std::string_view(note.data(), note.size()));
}

Position Writer::tail() const {
  return state_->tail();
}

void Writer::cut(Position mark) {
  auto& state = *state_;
  if (mark == state.tail()) return;
  while (state.active().segment.number > mark.segment) {
    auto undone = std::move(state.active());
    state.open.pop_back();
    state.buffer.clear();
    state.buffer_begin = state.active().written;
    state.segments.forget(undone.segment.number);
    // What was written behind its header stays there until it is overwritten or the segment ends.
    state.next.put_back(std::move(undone.segment));
  }
  auto& active = state.active();
  active.written = std::min(active.written, mark.offset);
  if (mark.offset < state.buffer_begin) {
    state.buffer.clear();
    state.buffer_begin = mark.offset;
  } else {
    state.buffer.resize(mark.offset - state.buffer_begin);
  }
}

std::uint64_t Writer::pending_bytes() const {
  std::uint64_t bytes = state_->tail().offset - state_->open.back().written;
  for (const auto& segment : state_->open) bytes += segment.written - segment.begin;
  return bytes;
}

Result<> Writer::flush_and_sync() {
  auto& state = *state_;
  if (state.failed) return failure(*state.failed);
  MOX_TRY(state.write_buffer());
  MOX_TRY(state.sync_all());
  state.prepare_next();
  return ok();
}

Result<> Writer::seal_active() {
  auto& state = *state_;
  MOX_TRY(flush_and_sync());
  if (state.tail().offset == segment_header_size) return ok();
  MOX_TRY(state.roll());
  return flush_and_sync();
}

} // namespace mox::bloblog
