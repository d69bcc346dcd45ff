#include "bloblog/large_body.h"

#include "bloblog/crc32c.h"
#include "bloblog/record.h"
#include "file/file.h"

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <utility>

namespace mox::bloblog {

namespace {

constexpr std::size_t buffer_limit = 256U << 10U;

} // namespace

struct LargeBody::State {
  Segments& segments;
  std::uint64_t number;
  file::Descriptor file;
  std::string buffer;
  std::uint64_t length = 0;
  std::uint32_t checksum = 0;
  bool finished = false;

  ~State() {
    if (!finished) static_cast<void>(segments.remove_large(Location::large(number, 0)));
  }

  Result<> write(std::string_view bytes) {
    MOX_TRY(file::write_at(file, record_header_size + length, bytes));
    checksum = crc32c(bytes, checksum);
    length += bytes.size();
    return ok();
  }

  Result<> write_buffer() {
    const auto result = write(buffer);
    buffer.clear();
    return result;
  }
};

LargeBody::LargeBody() = default;
LargeBody::LargeBody(LargeBody&&) noexcept = default;
LargeBody::~LargeBody() = default;

Result<LargeBody> LargeBody::begin(Segments& segments, Random& random) {
  // 63 random bits are never drawn twice; should they be, nothing is overwritten.
  const auto number = random.number() & (std::uint64_t{1} << 63U) - 1;
  MOX_TRY_ASSIGN(file, file::open(segments.path_of_large(number), file::Access::create));
  LargeBody body;
  body.state_.reset(
      new State{.segments = segments, .number = number, .file = std::move(file), .buffer = {}});
  return body;
}

Result<> LargeBody::append(std::string_view chunk) {
  auto& state = *state_;
  if (state.length + state.buffer.size() + chunk.size() >
      std::numeric_limits<std::uint32_t>::max()) {
    return failure(ErrorKind::invalid, "blob log: a body of more than 4 GiB is too large");
  }
  if (state.buffer.size() + chunk.size() < buffer_limit) {
    state.buffer.append(chunk);
    return ok();
  }
  MOX_TRY(state.write_buffer());
  return state.write(chunk);
}

Result<> LargeBody::replay(const std::function<void(std::string_view)>& into) {
  auto& state = *state_;
  std::string chunk(buffer_limit, '\0');
  for (std::uint64_t read = 0; read < state.length;) {
    const auto size = std::min<std::uint64_t>(chunk.size(), state.length - read);
    MOX_TRY(file::read_exactly_at(state.file, record_header_size + read,
                                  std::span(chunk.data(), static_cast<std::size_t>(size))));
    into(std::string_view(chunk.data(), static_cast<std::size_t>(size)));
    read += size;
  }
  into(state.buffer);
  return ok();
}

Result<Location> LargeBody::finish() {
  auto& state = *state_;
  MOX_TRY(state.write_buffer());
  const auto location = Location::large(state.number, static_cast<std::uint32_t>(state.length));
  // Last, so that a file without its end has no valid header either.
  const RecordHeader header{
      .kind = Kind::blob, .id = 0, .length = location.length, .checksum = state.checksum};
  const auto bytes =
      encode_record_header(header, {.segment = location.segment, .offset = location.offset});
  MOX_TRY(file::write_at(state.file, 0, std::string_view(bytes.data(), bytes.size())));
  if (state.segments.options().durable) {
    MOX_TRY(file::sync(state.file));
    MOX_TRY(file::sync_folder(state.file.path().parent_path()));
  }
  state.finished = true;
  state.file.close();
  return location;
}

} // namespace mox::bloblog
