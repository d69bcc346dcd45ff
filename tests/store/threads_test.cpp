#include "store_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

ThreadId thread_of(const World& world, const Placement& placement) {
  return world->read().messages(world.account).content(placement.message)->thread;
}

struct Row {
  const char* name;
  const char* id;
  const char* subject;
  const char* more;
  const char* joins; // id of the message whose thread it joins; "" for its own
};

} // namespace

TEST_CASE("threads: by References, In-Reply-To and subject") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  static const Row rows[] = {
      {"first", "a", "Plans", "", ""},
      {"another subject", "b", "Other", "", ""},
      {"same subject, not a response", "c", "Plans", "", ""},
      {"References", "d", "Re: Plans", "References: <zz@x.example> <a@x.example>\r\n", "a"},
      {"nearest of References", "e", "Re: Plans", "References: <a@x.example> <c@x.example>\r\n",
       "c"},
      {"References with another subject", "f", "New topic (was: Plans)",
       "References: <a@x.example>\r\n", ""},
      {"an unknown reference is passed over", "g", "Re: [list] Plans",
       "References: <d@x.example> <unknown@x.example>\r\n", "a"},
      {"only unknown references, subject of a response", "h", "Re: Plans",
       "References: <unknown@x.example>\r\n", ""},
      {"In-Reply-To", "i", "Re: Plans", "In-Reply-To: <g@x.example>\r\n", "a"},
      {"References go before In-Reply-To", "j", "Re: Plans",
       "References: <c@x.example>\r\nIn-Reply-To: <a@x.example>\r\n", "c"},
      {"subject alone", "k", "Fwd: Other", "", "b"},
      {"a second copy", "a", "Whatever", "", "a"},
      {"of a subject that nobody had", "l", "Re: Unheard of", "", ""},
      {"without subject", "m", "", "", ""},
      {"response without subject", "n", "Re:", "", ""},
      {"id in other letters", "o", "RE: plans", "References: <A@X.EXAMPLE>\r\n", "a"},
  };
  std::map<std::string, ThreadId> threads;
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto placement = world.deliver(world.inbox, mail(row.id, row.subject, row.more));
    const auto thread = thread_of(world, placement);
    const auto own = ThreadId{static_cast<std::uint64_t>(placement.message)};
    CHECK(thread == (*row.joins == '\0' ? own : threads.at(row.joins)));
    threads.emplace(row.id, thread);
  }
  const auto members = world->read().thread(world.account, threads.at("a"));
  CHECK(members.size() == 6);
  CHECK(std::ranges::is_sorted(members));
  CHECK(world->read().thread(world.account, ThreadId{999}).empty());
  world.check_clean();
}

TEST_CASE("threads: a subject joins within four weeks and one mailbox only") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto other = world.make("Other");
  const auto first = thread_of(world, world.deliver(world.inbox, mail("1", "lunch")));
  CHECK(thread_of(world, world.deliver(other, mail("2", "Re: lunch"))) != first);
  world.clock.advance(std::chrono::days(28));
  CHECK(thread_of(world, world.deliver(world.inbox, mail("3", "Re: lunch"))) == first);
  world.clock.advance(std::chrono::days(28) + std::chrono::seconds(1));
  CHECK(thread_of(world, world.deliver(world.inbox, mail("4", "Re: lunch"))) != first);
  world.check_clean();
}

TEST_CASE("threads: a report about a delivery belongs to the message, whatever its subject") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto first = world.deliver(world.inbox, mail("1", "lunch"));
  const auto report = world.deliver(
      world.inbox,
      mail("2", "Undelivered Mail",
           "References: <1@x.example>\r\nMIME-Version: 1.0\r\n"
           "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
           "--b\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
           "Reporting-MTA: dns; x\r\n\r\n--b--\r\n"));
  CHECK(thread_of(world, report) == thread_of(world, first));
}

TEST_CASE("threads: members leave when they are deleted for good") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto first = world.deliver(world.inbox, mail("1", "lunch"));
  const auto second =
      world.deliver(world.inbox, mail("2", "Re: lunch", "In-Reply-To: <1@x.example>\r\n"));
  const auto thread = thread_of(world, first);
  world.change([&](Txn& transaction) {
    return transaction.expunge(world.account, world.inbox, range(1, 1), false);
  });
  CHECK(world->read().thread(world.account, thread).size() == 2);
  world.clock.advance(std::chrono::days(8));
  REQUIRE(world->maintain());
  CHECK(world->read().thread(world.account, thread) == std::vector{second.message});
  // The thread lives on under its name.
  const auto third =
      world.deliver(world.inbox, mail("3", "Re: lunch", "In-Reply-To: <2@x.example>\r\n"));
  CHECK(thread_of(world, third) == thread);
  world.check_clean();
}

TEST_CASE("threads: by subject, whether the first message waits for its merge or not") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto waits_from_the_start = world.deliver(world.inbox, mail("1", "lunch"));
  const auto answer = [&](std::string_view id, std::string_view subject) {
    return thread_of(world, world.deliver(world.inbox, mail(id, fmt::format("Re: {}", subject))));
  };
  const auto lunch = thread_of(world, waits_from_the_start);
  CHECK(answer("2", "lunch") == lunch);
  REQUIRE(world->maintain());
  CHECK(answer("3", "lunch") == lunch);
  const auto tea = thread_of(world, world.deliver(world.inbox, mail("4", "tea")));
  CHECK(answer("5", "tea") == tea);
  CHECK(answer("6", "dinner") != tea);
  REQUIRE(world->maintain());
  CHECK(answer("7", "tea") == tea);
  CHECK(answer("8", "lunch") == lunch);
}

TEST_CASE("threads: each account has its own") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  world.deliver(world.inbox, mail("1", "lunch"));
  const auto other =
      world.change([](Txn& transaction) { return transaction.create_account("other"); });
  const auto made =
      world.change([&](Txn& transaction) { return transaction.create_mailbox(other, "Inbox", 0); });
  const auto placement = world.change([&](Txn& transaction) {
    return transaction.add_message(
        other, made.back().id,
        world.message(mail("2", "Re: lunch", "References: <1@x.example>\r\n")));
  });
  CHECK(static_cast<std::uint64_t>(placement.message) == 1);
  CHECK(world->read().thread(other, ThreadId{1}) == std::vector{placement.message});
  world.check_clean();
}
