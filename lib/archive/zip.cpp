// Reading zip by libarchive.
#include "archive/extract.h"

#include <fmt/format.h>

#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <memory>
#include <optional>

namespace mox::archive {

namespace {

struct Free {
  void operator()(::archive* reader) const { archive_read_free(reader); }
};

using Reader = std::unique_ptr<::archive, Free>;

// libarchive's own words may quote names from the file: they are not repeated.
std::unexpected<Error> damaged() {
  return failure(ErrorKind::invalid, "the zip file is damaged or cut short");
}

Result<Reader> open(std::string_view bytes) {
  Reader reader(archive_read_new());
  if (!reader)
    return failure(ErrorKind::unsupported, "zip files cannot be read here: is libarchive.so.13 "
                                           "(Debian: libarchive13) there?");
  // No filters, and no other format: a zip file is all that is meant.
  archive_read_support_format_zip(reader.get());
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    return damaged();
  return reader;
}

// "ZIP 2.0 (deflation)" is what libarchive says of the entry. The other methods that it knows take
// memory by what the file asks for.
bool has_plain_method(::archive* reader) {
  const char* const said = archive_format_name(reader);
  const std::string_view name = said == nullptr ? "" : said;
  return name.ends_with("(uncompressed)") || name.ends_with("(deflation)");
}

Result<std::string> read_content(::archive* reader, std::size_t limit) {
  std::string content;
  std::array<char, 64 << 10> buffer{};
  while (true) {
    const auto count = archive_read_data(reader, buffer.data(), buffer.size());
    if (count == 0) return content;
    if (count < 0) return damaged();
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > limit)
      return failure(ErrorKind::full,
                     fmt::format("the zip file has more than {} bytes in it", limit));
  }
}

Result<std::string> read_entry(::archive* reader, archive_entry* entry, std::size_t limit) {
  if (archive_entry_is_encrypted(entry) != 0)
    return failure(ErrorKind::invalid, "the zip file is encrypted");
  if (!has_plain_method(reader))
    return failure(ErrorKind::unsupported, "the zip file uses an unusual way to compress");
  return read_content(reader, limit);
}

} // namespace

Result<std::string> extract_zip(std::string_view bytes, const Limits& limits) {
  MOX_TRY_ASSIGN(reader, open(bytes));
  std::optional<std::string> found;
  for (std::size_t entries = 0;; ++entries) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return damaged();
    if (entries == limits.entries)
      return failure(ErrorKind::full,
                     fmt::format("the zip file has more than {} entries", limits.entries));
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;
    if (archive_entry_filetype(entry) != AE_IFREG)
      return failure(ErrorKind::invalid, "the zip file has something in it that is no file");
    if (found) return failure(ErrorKind::invalid, "the zip file has more than one file in it");
    MOX_TRY_ASSIGN(content, read_entry(reader.get(), entry, limits.size));
    found = std::move(content);
  }
  if (!found) return failure(ErrorKind::invalid, "the zip file has no file in it");
  return *std::move(found);
}

} // namespace mox::archive
