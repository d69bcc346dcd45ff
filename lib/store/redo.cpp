#include "store/redo.h"

#include "bloblog/reader.h"
#include "file/file.h"
#include "store/format.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mox::store {

namespace {

using bloblog::Kind;
using bloblog::Position;

std::uint64_t packed(Position position) {
  return std::uint64_t{position.segment} << 32U | position.offset;
}

struct Group {
  Position begin;
  Position end; // behind its redo record
  std::string journal;
};

CounterRecord counters_of(const database::ReadTransaction& transaction) {
  const auto row = transaction.get(Key(no_account, Table::counters));
  return row ? decode_counters(*row) : CounterRecord{};
}

// The whole groups behind `tail`, each where the one before it ends.
std::vector<Group> find_groups(bloblog::Segments& segments, Position tail) {
  std::vector<Group> groups;
  auto begin = tail;
  const auto visit = [&](const bloblog::Record& record) {
    const auto& [kind, id, length, checksum] = record.header;
    if (kind == Kind::refusal && !groups.empty() && id == packed(groups.back().begin)) {
      groups.pop_back();
      return false; // behind it, groups are without redo records until the database has it
    }
    if (kind != Kind::redo) return true;
    if (id != packed(begin)) return false;
    auto end = begin;
    end.offset = record.location.offset + size_in_segment(record.location);
    groups.push_back({.begin = begin, .end = end, .journal = std::string(record.payload)});
    begin = end;
    return true;
  };
  // An error is where a group was torn apart, or nothing: the writer that opens the log next says
  // what is wrong with the rest.
  static_cast<void>(bloblog::Reader(segments).scan(tail.segment, std::nullopt, visit, tail.offset));
  return groups;
}

Result<> write_again(const bloblog::Segments& segments, Position begin, Position end) {
  MOX_TRY_ASSIGN(file, file::open(segments.path_of(begin.segment), file::Access::write));
  std::string chunk(1U << 20U, '\0');
  for (auto offset = begin.offset; offset < end.offset;) {
    const auto part =
        std::span(chunk).first(std::min<std::size_t>(chunk.size(), end.offset - offset));
    MOX_TRY_ASSIGN(count, file::read_at(file, offset, part));
    if (count == 0) return failure(ErrorKind::corrupt, "the log became shorter");
    MOX_TRY(file::write_at(file, offset, std::string_view(chunk).substr(0, count)));
    offset += static_cast<std::uint32_t>(count);
  }
  return file::sync_data(file);
}

Result<> repeat_group(database::Database& database, const Group& group) {
  return database.write([&](database::WriteTransaction& transaction) -> Result<> {
    MOX_TRY(database::repeat(group.journal, transaction));
    auto counters = counters_of(transaction);
    counters.tail = group.end;
    transaction.put(Key(no_account, Table::counters), encode(counters));
    return ok();
  });
}

} // namespace

bool append_redo(bloblog::Writer& log, Position begin, database::Journal& journal) {
  if (!journal.complete()) return false;
  const auto location = log.append(Kind::redo, packed(begin), journal.bytes());
  return location && location->segment == begin.segment;
}

Result<> append_refusal(bloblog::Writer& log, Position begin) {
  MOX_TRY(log.append(Kind::refusal, packed(begin), std::string_view()));
  return log.flush_and_sync();
}

Result<std::size_t> repeat_groups(database::Database& database, bloblog::Segments& segments) {
  const auto tail = counters_of(*database.read()).tail;
  if (tail == Position{}) return 0;
  const auto groups = find_groups(segments, tail);
  if (groups.empty()) return 0;
  MOX_TRY(write_again(segments, tail, groups.back().end));
  for (const auto& group : groups) MOX_TRY(repeat_group(database, group));
  return groups.size();
}

} // namespace mox::store
