#include "bloblog/compaction.h"

#include <string_view>
#include <utility>

namespace mox::bloblog {

Result<std::vector<Slice::Moved>>
Slice::append_to(Writer& writer, const std::function<bool(const Entry&)>& still_live) const {
  std::vector<Moved> moved;
  moved.reserve(entries_.size());
  for (const auto& entry : entries_) {
    if (!still_live(entry)) continue;
    const auto payload = std::string_view(bytes_).substr(entry.begin, entry.from.length);
    MOX_TRY_ASSIGN(to, writer.append(entry.kind, entry.id, payload));
    moved.push_back({.kind = entry.kind, .id = entry.id, .from = entry.from, .to = to});
  }
  return moved;
}

Compaction::Compaction(Segments& segments, std::uint32_t segment, IsLive is_live)
    : segments_(&segments), segment_(segment), is_live_(std::move(is_live)) {}

Result<Slice> Compaction::next(std::size_t bytes) {
  Slice slice;
  const auto gather = [&](const Record& record) {
    offset_ = record.location.offset + size_in_segment(record.location);
    if (!is_live_(record)) return true;
    slice.entries_.push_back({.from = record.location,
                              .kind = record.header.kind,
                              .id = record.header.id,
                              .begin = slice.bytes_.size()});
    slice.bytes_.append(record.payload);
    return slice.bytes_.size() < bytes;
  };
  MOX_TRY(Reader(*segments_).scan(segment_, std::nullopt, gather, offset_));
  return slice;
}

} // namespace mox::bloblog
