#include "archive/compress.h"
#include "archive/extract.h"
#include "support/catch.h"

#include <archive.h>
#include <archive_entry.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;

namespace {

struct Entry {
  std::string name;
  std::string content;
  bool folder = false;
  bool link = false;
};

std::string zip(const std::vector<Entry>& entries, bool deflated = true) {
  std::string bytes(4096, '\0');
  for (const auto& entry : entries) bytes.append(entry.content.size() + 4096, '\0');
  auto* const writer = archive_write_new();
  archive_write_set_format_zip(writer);
  if (!deflated) archive_write_zip_set_compression_store(writer);
  std::size_t used = 0;
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  auto* const header = archive_entry_new();
  for (const auto& entry : entries) {
    archive_entry_clear(header);
    archive_entry_set_pathname(header, entry.name.c_str());
    archive_entry_set_size(header, static_cast<la_int64_t>(entry.content.size()));
    archive_entry_set_filetype(header, entry.folder ? AE_IFDIR : entry.link ? AE_IFLNK : AE_IFREG);
    if (entry.link) archive_entry_set_symlink(header, "/etc/passwd");
    archive_entry_set_perm(header, 0644);
    REQUIRE(archive_write_header(writer, header) == ARCHIVE_OK);
    archive_write_data(writer, entry.content.data(), entry.content.size());
  }
  archive_entry_free(header);
  REQUIRE(archive_write_close(writer) == ARCHIVE_OK);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

// Writes `value` at `offset` behind each place where `signature` stands.
std::string patched(std::string bytes, std::string_view signature, std::size_t offset, char value) {
  for (auto at = bytes.find(signature); at != std::string::npos;
       at = bytes.find(signature, at + signature.size()))
    bytes[at + offset] = value;
  return bytes;
}

constexpr std::string_view local_header = "PK\x03\x04";
constexpr std::string_view central_header = "PK\x01\x02";

ErrorKind kind_of(const Result<std::string>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().kind;
}

} // namespace

TEST_CASE("zip: the one file in it, stored or deflated, in a folder or not") {
  const std::string content = "<feedback/>";
  CHECK(mox::archive::extract(zip({{"report.xml", content}})) == content);
  CHECK(mox::archive::extract(zip({{"report.xml", content}}, false)) == content);
  CHECK(mox::archive::extract(zip({{"a/", "", true}, {"a/report.xml", content}})) == content);
  CHECK(mox::archive::extract(zip({{"../../etc/passwd", content}})) ==
        content); // a name is no place
  CHECK(mox::archive::extract(zip({{"empty.xml", ""}})) == "");
}

TEST_CASE("zip: none, two, or something that is no file") {
  CHECK(kind_of(mox::archive::extract(zip({}))) == ErrorKind::invalid);
  CHECK(kind_of(mox::archive::extract(zip({{"a/", "", true}}))) == ErrorKind::invalid);
  CHECK(mox::archive::extract(zip({{"a.xml", "1"}, {"b.xml", "2"}})).error().text ==
        "the zip file has more than one file in it");
  CHECK(kind_of(mox::archive::extract(zip({{"a.xml", "", false, true}}))) == ErrorKind::invalid);
}

TEST_CASE("zip: a bomb stops at the limit, whatever its ratio") {
  const std::string zeros(30 << 20, '\0');
  const auto bomb = zip({{"report.xml", zeros}});
  CHECK(bomb.size() < 100'000);
  CHECK(kind_of(mox::archive::extract(bomb)) == ErrorKind::full);
  // The header lies about the size.
  const auto lying = patched(patched(bomb, local_header, 25, 0), central_header, 27, 0);
  CHECK_FALSE(mox::archive::extract(lying).has_value());
  // Just within the limit.
  CHECK(mox::archive::extract(zip({{"r", std::string(1000, 'x')}}), {.size = 1000})->size() ==
        1000);
  CHECK(kind_of(mox::archive::extract(zip({{"r", std::string(1001, 'x')}}), {.size = 1000})) ==
        ErrorKind::full);
}

TEST_CASE("zip: a zip in a zip is not looked into") {
  const auto inner = zip({{"report.xml", "<feedback/>"}});
  CHECK(mox::archive::extract(zip({{"inner.zip", inner}})) == inner);
}

TEST_CASE("zip: too many folders") {
  std::vector<Entry> entries;
  for (int i = 0; i < 200; ++i) entries.push_back({std::to_string(i) + "/", "", true});
  entries.push_back({"report.xml", "<feedback/>"});
  CHECK(kind_of(mox::archive::extract(zip(entries))) == ErrorKind::full);
}

TEST_CASE("zip: encrypted, or compressed in a way that takes memory") {
  const auto good = zip({{"report.xml", "<feedback/>"}});
  const auto encrypted = patched(patched(good, local_header, 6, 9), central_header, 8, 9);
  CHECK_FALSE(mox::archive::extract(encrypted).has_value());
  for (const char method : {'\x01', '\x0c', '\x0e', '\x5d', '\x5f', '\x62'}) {
    CAPTURE(int{method});
    const auto other = patched(patched(good, local_header, 8, method), central_header, 10, method);
    CHECK_FALSE(mox::archive::extract(other).has_value());
  }
}

TEST_CASE("zip: cut short or damaged at any byte") {
  const auto good = zip({{"report.xml", std::string(300, 'a') + "<feedback/>"}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    const auto cut = mox::archive::extract_zip(std::string_view(good).substr(0, size));
    if (cut) CHECK(*cut == std::string(300, 'a') + "<feedback/>"); // the end is not needed
    auto damaged = good;
    damaged[size] = static_cast<char>(damaged[size] ^ 0x55);
    (void)mox::archive::extract_zip(damaged);
  }
}
