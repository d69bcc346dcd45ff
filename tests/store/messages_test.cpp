#include "store_fixture.h"

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

TEST_CASE("store: a delivered message is read back") {
  World world(GENERATE(Engine::lmdb, Engine::memory));
  const auto text = mail("1", "hello");
  const auto placement = world.deliver(world.inbox, text, {.system = flag_seen, .keywords = {"k"}});
  CHECK(placement.uid == 1);
  CHECK(world.read(placement) == "Delivered-To: mjl\r\n" + text);
  CHECK(world.listing(world.inbox) == "1:seen,k");
  const auto mailbox = world.state_of(world.inbox);
  CHECK(mailbox.uidnext == 2);
  CHECK(mailbox.counts.messages == 1);
  CHECK(mailbox.counts.unseen == 0);
  CHECK(mailbox.counts.size == text.size() + 19);
  CHECK(mailbox.keywords == std::vector<std::uint16_t>{0});
  CHECK(world->read().account(world.account)->used == text.size() + 19);
  world.check_clean();
}
