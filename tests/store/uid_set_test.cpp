#include "store/uid_set.h"
#include "support/catch.h"

#include <random>
#include <set>

using namespace mox::store;

namespace {

std::vector<Uid> members(const UidSet& set) {
  std::vector<Uid> all;
  set.for_each_run([&](const UidRange& run) {
    for (auto uid = run.first; uid <= run.last; ++uid) all.push_back(uid);
  });
  return all;
}

void check_against(const UidSet& set, const std::set<Uid>& model, Uid end) {
  REQUIRE(set.size() == model.size());
  REQUIRE(members(set) == std::vector<Uid>(model.begin(), model.end()));
  CHECK(set.max() == (model.empty() ? 0 : *model.rbegin()));
  std::uint32_t number = 0;
  for (Uid uid = 0; uid <= end; ++uid) {
    REQUIRE(set.count_below(uid) == number);
    REQUIRE(set.contains(uid) == model.contains(uid));
    if (!model.contains(uid)) {
      REQUIRE_FALSE(set.number_of(uid));
      continue;
    }
    ++number;
    REQUIRE(set.number_of(uid) == number);
    REQUIRE(set.at(number) == uid);
  }
}

} // namespace

TEST_CASE("uid set: empty") {
  UidSet set;
  CHECK(set.empty());
  CHECK(set.max() == 0);
  CHECK(set.count_below(7) == 0);
  CHECK_FALSE(set.contains(1));
  CHECK_FALSE(set.erase(1));
  CHECK(set.erase(UidRange{1, 10}) == 0);
  CHECK(set.erase(UidRange{10, 1}) == 0);
  CHECK(set.runs().empty());
  CHECK_THROWS_AS(set.at(0), std::out_of_range);
  CHECK_THROWS_AS(set.at(1), std::out_of_range);
}

TEST_CASE("uid set: appended runs that touch are one") {
  UidSet set;
  set.append(3, 5);
  set.append(6, 6);
  set.append(9, 9);
  CHECK(set.runs() == std::vector<UidRange>{{3, 6}, {9, 9}});
  CHECK_THROWS_AS(set.append(9, 10), std::logic_error);
  CHECK_THROWS_AS(set.append(12, 11), std::logic_error);
  set.append(0xFFFFFFFE, 0xFFFFFFFE);
  CHECK(set.number_of(0xFFFFFFFE) == 6);
  CHECK(set.count_below(0xFFFFFFFF) == 6);
}

TEST_CASE("uid set: like a set of numbers, whatever is done to it") {
  const auto seed = GENERATE(1U, 2U, 3U, 4U);
  std::mt19937 random(seed);
  UidSet set;
  std::set<Uid> model;
  Uid end = 0;
  // Every second UID makes a run each: several chunks.
  for (int i = 0; i < 3000; ++i) {
    const Uid first = end + 1 + random() % 3;
    const Uid last = first + random() % 2;
    set.append(first, last);
    for (auto uid = first; uid <= last; ++uid) model.insert(uid);
    end = last;
  }
  check_against(set, model, end + 1);
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 40; ++i) {
      const Uid uid = random() % (end + 2);
      REQUIRE(set.erase(uid) == (model.erase(uid) != 0));
    }
    const Uid first = random() % end;
    const Uid last = first + random() % (round % 10 == 0 ? 2000 : 20);
    const auto from = model.lower_bound(first);
    const auto to = model.upper_bound(last);
    const auto expected = std::distance(from, to);
    model.erase(from, to);
    REQUIRE(set.erase(UidRange{first, last}) == static_cast<std::uint32_t>(expected));
    const Uid more = end + 1 + random() % 5;
    set.append(more, more + 2);
    for (auto uid = more; uid <= more + 2; ++uid) model.insert(uid);
    end = more + 2;
    if (round % 10 == 0) check_against(set, model, end + 1);
  }
  check_against(set, model, end + 1);
  set.erase(UidRange{0, ~Uid{0}});
  CHECK(set.empty());
  CHECK(set == UidSet());
}

TEST_CASE("uid set: copies do not see each other's changes") {
  UidSet first;
  for (Uid uid = 1; uid < 4000; uid += 2) first.append(uid, uid);
  auto second = first;
  CHECK(second == first);
  CHECK(second.erase(1001));
  second.append(5000, 5001);
  CHECK(first.contains(1001));
  CHECK(first.max() == 3999);
  CHECK(first.size() == 2000);
  CHECK(second.size() == 2001);
  CHECK(first.number_of(1003) == 502);
  CHECK(second.number_of(1003) == 501);
  CHECK_FALSE(second == first);
}
