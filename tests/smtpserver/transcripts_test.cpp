#include "smtp_world.h"
#include "support/play_all.h"

using mox::smtpserver::test::SmtpWorld;
using mox::test::Arrival;
using mox::test::play_all;

TEST_CASE("conversations") {
  play_all<SmtpWorld>(Arrival::whole);
}

TEST_CASE("conversations with a client whose bytes come one at a time") {
  play_all<SmtpWorld>(Arrival::one_at_a_time);
}
