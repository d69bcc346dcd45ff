// Bounds and uniformity of random numbers; that tests can own them.
#include "random/random.h"
#include "support/catch.h"
#include "support/fake_random.h"

#include <array>
#include <cstring>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace mox;

namespace {

// Gives these numbers, one for each request of eight bytes.
class Given final : public Random {
public:
  explicit Given(std::vector<std::uint64_t> numbers) : numbers_(std::move(numbers)) {}

  void fill(std::span<std::byte> bytes) override {
    REQUIRE(bytes.size() == sizeof(std::uint64_t));
    REQUIRE(used < numbers_.size());
    std::memcpy(bytes.data(), &numbers_[used++], sizeof(std::uint64_t));
  }

  std::size_t used = 0;

private:
  std::vector<std::uint64_t> numbers_;
};

class Broken final : public Random {
public:
  void fill(std::span<std::byte>) override { throw std::runtime_error("no entropy"); }
};

} // namespace

TEST_CASE("a number that would favour small results is drawn again") {
  struct Row {
    std::uint64_t bound;
    std::vector<std::uint64_t> drawn;
    std::uint64_t want;
    std::size_t used;
  };

  // 2^64 - 1 is 3 times 6148914691236517205.
  const std::vector<Row> rows = {
      {1, {0}, 0, 1},
      {1, {UINT64_MAX - 1}, 0, 1},
      {3, {UINT64_MAX, 7}, 1, 2},
      {3, {UINT64_MAX - 1}, 2, 1},
      {10, {UINT64_MAX - 5, UINT64_MAX, 19}, 9, 3},
      {10, {UINT64_MAX - 6}, 9, 1},
      {std::uint64_t{1} << 63, {5}, 5, 1},
      {(std::uint64_t{1} << 63) + 1, {(std::uint64_t{1} << 63) + 1, 4}, 4, 2},
      {UINT64_MAX, {UINT64_MAX, 42}, 42, 2},
      {UINT64_MAX, {UINT64_MAX - 1}, UINT64_MAX - 1, 1},
  };
  for (const auto& row : rows) {
    CAPTURE(row.bound, row.drawn);
    Given random(row.drawn);
    CHECK(random.below(row.bound) == row.want);
    CHECK(random.used == row.used);
  }
}

TEST_CASE("numbers below a bound are uniform") {
  test::FakeRandom random;
  constexpr std::size_t bound = 10;
  constexpr int draws = 100'000;
  std::array<int, bound> seen{};
  for (int i = 0; i < draws; ++i) {
    const auto number = random.below(bound);
    REQUIRE(number < bound);
    ++seen[number];
  }
  // Five standard deviations of a binomial distribution are 474.
  for (const int count : seen) CHECK(std::abs(count - draws / static_cast<int>(bound)) < 474);
}

TEST_CASE("the system's generator fills everything it is given, and never the same way") {
  SystemRandom random;
  CHECK(random.bytes(0).empty());
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random.bytes(16));
  CHECK(seen.size() == 100);
  // No byte of a buffer stays as it was in 64 fills, but for a chance of 2^-512 each.
  std::array<bool, 33> changed{};
  for (int i = 0; i < 64; ++i) {
    const auto bytes = random.bytes(changed.size());
    for (std::size_t at = 0; at < changed.size(); ++at) changed[at] |= bytes[at] != '\0';
  }
  for (const bool byte : changed) CHECK(byte);
}

TEST_CASE("a failing source is never taken for randomness") {
  Broken random;
  CHECK_THROWS_WITH(random.number(), "no entropy");
  CHECK_THROWS_WITH(random.below(2), "no entropy");
  CHECK_THROWS_WITH(random.bytes(16), "no entropy");
}

TEST_CASE("the fake repeats itself with the same seed") {
  test::FakeRandom first(7);
  test::FakeRandom second(7);
  test::FakeRandom third(8);
  const auto bytes = first.bytes(20);
  CHECK(bytes == second.bytes(20));
  CHECK(bytes != third.bytes(20));
  CHECK(bytes != first.bytes(20));
}

TEST_CASE("one generator serves many threads") {
  SystemRandom random;
  std::array<std::vector<std::uint64_t>, 4> drawn;
  {
    std::vector<std::jthread> threads;
    for (auto& numbers : drawn)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) numbers.push_back(random.number());
      });
  }
  std::set<std::uint64_t> all;
  for (const auto& numbers : drawn) all.insert(numbers.begin(), numbers.end());
  CHECK(all.size() == 4000);
}
