#include "support/catch.h"
#include "wakeup/wakeup.h"

#include <boost/asio/io_context.hpp>

#include <array>
#include <utility>

using namespace mox;
using store::AccountId;
using wakeup::Hub;
using wakeup::Registry;

TEST_CASE("the sessions of an account are woken, and no others") {
  Registry registry;
  async::Event first, second, other;
  Registry::Registration a(registry, AccountId{1}, first);
  Registry::Registration b(registry, AccountId{1}, second);
  Registry::Registration c(registry, AccountId{2}, other);
  registry.notify(AccountId{1});
  CHECK(first.take());
  CHECK(second.take());
  CHECK_FALSE(other.take());
  registry.notify(AccountId{3});

  SECTION("not after the registration ended") {
    a = Registry::Registration();
    registry.notify(AccountId{1});
    CHECK_FALSE(first.take());
    CHECK(second.take());
  }
  SECTION("still after it was moved") {
    auto moved = std::move(a);
    registry.notify(AccountId{1});
    CHECK(first.take());
  }
}

TEST_CASE("the hub leaves threads asleep that have no session of the account") {
  boost::asio::io_context one, two;
  Hub hub({one.get_executor(), two.get_executor()});
  async::Event event;
  Registry::Registration registration(hub.registry(0), AccountId{1}, event);
  const std::array accounts = {AccountId{2}, AccountId{1}};
  hub.notify(accounts);
  CHECK(one.poll() == 1);
  CHECK(two.poll() == 0);
  CHECK(event.take());

  registration = {};
  hub.notify(accounts);
  one.restart();
  CHECK(one.poll() == 0);
}

TEST_CASE("the hub tells every thread that has sessions, and what waits travels together") {
  boost::asio::io_context one, two;
  Hub hub({one.get_executor(), two.get_executor()});
  async::Event on_one, on_two;
  Registry::Registration a(hub.registry(0), AccountId{1}, on_one);
  Registry::Registration b(hub.registry(1), AccountId{2}, on_two);
  const std::array first = {AccountId{1}};
  const std::array both = {AccountId{1}, AccountId{2}};
  hub.notify(first);
  hub.notify(both);
  CHECK_FALSE(on_one.notified());
  CHECK(one.poll() == 1);
  CHECK(two.poll() == 1);
  CHECK(on_one.take());
  CHECK(on_two.take());
  // A later change is told again.
  hub.notify(first);
  one.restart();
  CHECK(one.poll() == 1);
  CHECK(on_one.take());
}
