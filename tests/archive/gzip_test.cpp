#include "archive/compress.h"
#include "archive/extract.h"
#include "support/catch.h"

#include <string>
#include <string_view>

using namespace mox;

namespace {

ErrorKind kind_of(const Result<std::string>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().kind;
}

} // namespace

TEST_CASE("gzip: what was compressed comes out") {
  std::string mixed;
  for (int i = 0; i < 200'000; ++i) mixed += static_cast<char>(i * 7919 >> 5);
  for (const auto& content : {std::string(), std::string("x"), std::string(100'000, 'a'), mixed}) {
    const auto compressed = archive::gzip(content);
    CHECK(archive::format_of(compressed) == archive::Format::gzip);
    CHECK(archive::extract(compressed) == content);
    CHECK(archive::gzip(content) == compressed);
  }
}

TEST_CASE("gzip: several members, and what is behind the last") {
  const auto one = archive::gzip("one");
  const auto two = archive::gzip("two");
  CHECK(archive::extract(one + two) == "onetwo");
  CHECK(archive::extract(one + std::string(100, '\0')) == "one");
  CHECK(archive::extract(one + "garbage") == "one");
  CHECK_FALSE(archive::extract(one + "\x1f\x8b").has_value());
  std::string many;
  for (int i = 0; i < 1001; ++i) many += archive::gzip("");
  CHECK(kind_of(archive::extract(many)) == ErrorKind::full);
}

TEST_CASE("gzip: a bomb stops at the limit, in one member or in many") {
  const auto bomb = archive::gzip(std::string(30 << 20, '\0'));
  CHECK(bomb.size() < 100'000);
  CHECK(kind_of(archive::extract(bomb)) == ErrorKind::full);
  const auto part = archive::gzip(std::string(3 << 20, '\0'));
  std::string parts;
  for (int i = 0; i < 10; ++i) parts += part;
  CHECK(kind_of(archive::extract(parts)) == ErrorKind::full);
  CHECK(archive::extract(archive::gzip("12345"), {.size = 5}) == "12345");
  CHECK(kind_of(archive::extract(archive::gzip("123456"), {.size = 5})) == ErrorKind::full);
}

TEST_CASE("gzip: cut short, damaged, a wrong checksum") {
  const auto good = archive::gzip("some text that is long enough, some text");
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(archive::extract_gzip(std::string_view(good).substr(0, size)).has_value());
    auto damaged = good;
    damaged[size] = static_cast<char>(damaged[size] ^ 0x55);
    (void)archive::extract_gzip(damaged);
  }
  auto wrong = good;
  wrong[good.size() - 6] = static_cast<char>(wrong[good.size() - 6] ^ 1);
  CHECK(kind_of(archive::extract_gzip(wrong)) == ErrorKind::invalid);
}

TEST_CASE("neither gzip nor zip") {
  for (const std::string_view bytes : {"", "P", "PK", "<feedback/>", "Rar!", "\x1f"})
    CHECK(kind_of(archive::extract(bytes)) == ErrorKind::unsupported);
}
