#include "bloblog/reader.h"

#include "bloblog/crc32c.h"
#include "file/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mox::bloblog {

namespace {

constexpr std::size_t window_size = 1U << 20U;

std::unexpected<Error> damaged(const Location& location, std::string_view reason) {
  return failure(ErrorKind::corrupt,
                 fmt::format("blob log, {}, offset {}: {}",
                             location.is_large()
                                 ? fmt::format("large body {:016x}", location.file_number())
                                 : name_of(location.segment),
                             location.offset, reason));
}

Position position_of(const Location& location) {
  return {.segment = location.segment, .offset = location.offset};
}

// A large body's file holds nothing but its record.
std::uint64_t header_offset(const Location& location) {
  return location.is_large() ? 0 : location.offset;
}

std::uint64_t payload_offset(const Location& location) {
  return header_offset(location) + record_header_size;
}

Result<> read_all(const file::Descriptor& file, std::uint64_t offset, std::span<char> into,
                  const Location& location) {
  MOX_TRY_ASSIGN(count, file::read_at(file, offset, into));
  if (count < into.size()) return damaged(location, "the file ends within the record");
  return ok();
}

Result<RecordHeader> read_header(const file::Descriptor& file, const Location& location) {
  RecordHeaderBytes bytes{};
  MOX_TRY(read_all(file, header_offset(location), bytes, location));
  MOX_TRY_ASSIGN(header, decode_record_header(std::string_view(bytes.data(), bytes.size()),
                                              position_of(location)));
  if (header.length != location.length) {
    return damaged(location, fmt::format("the record has {} bytes instead of {}", header.length,
                                         location.length));
  }
  return header;
}

constexpr std::string_view wrong_checksum = "the record's bytes do not match their checksum";

// A view on the bytes of a segment that moves forward.
class Window {
public:
  Window(const file::Descriptor& file, std::uint64_t end) : file_(file), end_(end) {}

  // At least `size` bytes from `offset`, fewer only at the end.
  Result<std::string_view> at(std::uint64_t offset, std::size_t size) {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - std::min(offset, end_)));
    if (offset < begin_ || offset + size > begin_ + bytes_.size()) {
      const auto wanted = std::min<std::uint64_t>(std::max(size, window_size), end_ - offset);
      bytes_.resize(static_cast<std::size_t>(wanted));
      MOX_TRY_ASSIGN(count, file::read_at(file_, offset, bytes_));
      bytes_.resize(count);
      begin_ = offset;
    }
    return std::string_view(bytes_).substr(static_cast<std::size_t>(offset - begin_));
  }

  std::uint64_t end() const { return end_; }

private:
  const file::Descriptor& file_;
  std::uint64_t end_;
  std::uint64_t begin_ = 0;
  std::string bytes_;
};

bool all_zero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte == '\0'; });
}

// A segment that was not ended in order has zeros, written ahead, behind its last record.
Result<bool> only_zeros_from(Window& window, std::uint64_t offset) {
  while (offset < window.end()) {
    MOX_TRY_ASSIGN(bytes, window.at(offset, window_size));
    if (bytes.empty()) break;
    if (!all_zero(bytes)) return false;
    offset += bytes.size();
  }
  return true;
}

Result<Record> record_at(Window& window, std::uint32_t segment, std::uint32_t offset) {
  const Position position{.segment = segment, .offset = offset};
  MOX_TRY_ASSIGN(start, window.at(offset, record_header_size));
  MOX_TRY_ASSIGN(header, decode_record_header(start, position));
  const Location location{.segment = segment, .offset = offset, .length = header.length};
  if (header.length > largest_record) return damaged(location, "the record is too long");
  const std::size_t size = record_header_size + header.length;
  MOX_TRY_ASSIGN(bytes, window.at(offset, size));
  if (bytes.size() < size) return damaged(location, "the file ends within the record");
  const auto payload = bytes.substr(record_header_size, header.length);
  if (crc32c(payload) != header.checksum) return damaged(location, wrong_checksum);
  return Record{.location = location, .header = header, .payload = payload};
}

} // namespace

Result<> Reader::read(const Location& location, std::uint32_t offset, std::span<char> into) const {
  if (offset > location.length || into.size() > location.length - offset) {
    return failure(ErrorKind::invalid, "blob log: a range beyond the end of a body");
  }
  MOX_TRY_ASSIGN(file, segments_->descriptor(location));
  return read_all(*file, payload_offset(location) + offset, into, location);
}

Result<std::string> Reader::read_verified(const Location& location) const {
  MOX_TRY_ASSIGN(file, segments_->descriptor(location));
  MOX_TRY_ASSIGN(header, read_header(*file, location));
  std::string payload(location.length, '\0');
  MOX_TRY(read_all(*file, payload_offset(location), payload, location));
  if (crc32c(payload) != header.checksum) return damaged(location, wrong_checksum);
  return payload;
}

Result<RecordHeader> Reader::verify(const Location& location) const {
  MOX_TRY_ASSIGN(file, segments_->descriptor(location));
  MOX_TRY_ASSIGN(header, read_header(*file, location));
  std::array<char, 65536> chunk{};
  std::uint32_t checksum = 0;
  for (std::uint32_t done = 0; done < location.length;) {
    const auto size = std::min<std::size_t>(chunk.size(), location.length - done);
    const auto part = std::span(chunk).first(size);
    MOX_TRY(read_all(*file, payload_offset(location) + done, part, location));
    checksum = crc32c(std::string_view(part.data(), part.size()), checksum);
    done += static_cast<std::uint32_t>(size);
  }
  if (checksum != header.checksum) return damaged(location, wrong_checksum);
  return header;
}

Result<FileRange> Reader::range(const Location& location) const {
  MOX_TRY_ASSIGN(file, segments_->descriptor(location));
  return FileRange{
      .file = std::move(file), .offset = payload_offset(location), .length = location.length};
}

Result<> Reader::scan(std::uint32_t segment, std::optional<std::uint32_t> end, const Visit& visit,
                      std::uint32_t begin) const {
  MOX_TRY_ASSIGN(file, segments_->descriptor({.segment = segment}));
  MOX_TRY_ASSIGN(size, file::size(*file));
  Window window(*file, end ? std::min<std::uint64_t>(*end, size) : size);
  MOX_TRY_ASSIGN(start, window.at(0, segment_header_size));
  MOX_TRY(check_segment_header(start, segment));
  for (std::uint64_t offset = begin; offset < window.end();) {
    auto record = record_at(window, segment, static_cast<std::uint32_t>(offset));
    if (!record) {
      MOX_TRY_ASSIGN(ended, only_zeros_from(window, offset));
      if (ended) break;
      return failure(std::move(record).error());
    }
    offset += size_in_segment(record->location);
    if (!visit(*record)) return ok();
  }
  if (end && window.end() < *end) {
    return damaged({.segment = segment, .offset = *end}, "the segment ends before its end");
  }
  return ok();
}

Result<std::optional<std::uint32_t>> Reader::next_after_damage(std::uint32_t segment,
                                                               std::uint32_t damaged_at) const {
  MOX_TRY_ASSIGN(file, segments_->descriptor({.segment = segment}));
  MOX_TRY_ASSIGN(size, file::size(*file));
  Window window(*file, size);
  const auto first = (damaged_at / record_alignment + 1) * record_alignment;
  for (std::uint64_t offset = first; offset + record_header_size <= size;
       offset += record_alignment) {
    const auto at = static_cast<std::uint32_t>(offset);
    MOX_TRY_ASSIGN(bytes, window.at(offset, record_header_size));
    if (begins_like_record(bytes) &&
        decode_record_header(bytes, {.segment = segment, .offset = at})) {
      return std::optional<std::uint32_t>(at);
    }
  }
  return std::optional<std::uint32_t>();
}

} // namespace mox::bloblog
