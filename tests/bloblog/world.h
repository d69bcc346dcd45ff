// A blob log in a folder of its own, and records to put into it.
#pragma once

#include "bloblog/reader.h"
#include "bloblog/segments.h"
#include "bloblog/writer.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace mox::test {

inline std::string payload_of(std::uint64_t seed, std::size_t size) {
  std::mt19937_64 random(seed);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random() & 0xFFU);
  return bytes;
}

struct World {
  TemporaryFolder folder;
  bloblog::Options options{
      .folder = folder / "blobs", .segment_size = 64U << 20U, .open_files = 64, .durable = true};
  std::unique_ptr<bloblog::Segments> segments;
  std::unique_ptr<bloblog::Writer> writer;

  explicit World(std::uint32_t segment_size = 64U << 20U) {
    options.segment_size = segment_size;
    open({});
  }

  // As after a crash: nothing is flushed.
  Result<> try_open(bloblog::Position tail) {
    writer.reset();
    segments.reset();
    MOX_TRY_ASSIGN(opened, bloblog::Segments::open(options));
    segments = std::move(opened);
    MOX_TRY_ASSIGN(end, bloblog::Writer::open(*segments, tail));
    writer = std::move(end);
    return ok();
  }

  void open(bloblog::Position tail) {
    const auto result = try_open(tail);
    if (!result) FAIL(result.error().text);
  }

  bloblog::Location append(std::uint64_t id, std::string_view payload) const {
    return writer->append(bloblog::Kind::blob, id, payload).value();
  }

  std::string read(const bloblog::Location& location) const {
    return bloblog::Reader(*segments).read_verified(location).value();
  }

  // Ids of the records of a segment, as a scan finds them.
  std::vector<std::uint64_t> ids(std::uint32_t segment) const {
    std::vector<std::uint64_t> found;
    const auto collect = [&](const bloblog::Record& record) {
      found.push_back(record.header.id);
      return true;
    };
    const auto result = bloblog::Reader(*segments).scan(segment, std::nullopt, collect);
    if (!result) FAIL(result.error().text);
    return found;
  }
};

} // namespace mox::test
