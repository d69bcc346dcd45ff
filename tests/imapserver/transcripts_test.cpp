#include "imap_world.h"
#include "support/play_all.h"

using mox::imapserver::test::ImapWorld;
using mox::test::Arrival;
using mox::test::play_all;

TEST_CASE("conversations") {
  play_all<ImapWorld>(Arrival::whole);
}

TEST_CASE("conversations with a client whose bytes come one at a time") {
  play_all<ImapWorld>(Arrival::one_at_a_time);
}
