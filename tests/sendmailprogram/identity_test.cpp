#include "sendmailprogram/identity.h"
#include "support/catch.h"

using namespace mox;
using namespace mox::sendmailprogram;

namespace {

dns::Name name(std::string_view text) {
  return dns::parse_name(text).value();
}

dns::Name machine() {
  return name("machine.example");
}

dns::Name nobody_asks() {
  FAIL("the machine's name is not needed");
  return {};
}

} // namespace

TEST_CASE("users of a machine with a server have its domain") {
  const Caller caller{.login = "jane"};
  submitclient::Route route{.socket = "/s"};
  auto identity = identity_of(caller, route, name("mail.example"), nobody_asks);
  CHECK(to_string(identity.user) == "jane@mail.example");
  CHECK(identity.domain.ascii() == "mail.example");
  CHECK(identity.senders.domain.ascii() == "mail.example");
  CHECK_FALSE(identity.senders.instead);
  CHECK(identity.recipients.domain.ascii() == "mail.example");
  CHECK_FALSE(identity.recipients.instead);

  CHECK(to_string(identity_of(caller, route, {}, machine).user) == "jane@machine.example");
  const auto other = identity_of({.user = 1000, .login = "jane"}, route, {}, machine);
  CHECK(to_string(*other.senders.instead) == "jane@machine.example");
  CHECK_FALSE(other.recipients.instead);
  route.hostname = name("web.example");
  CHECK(to_string(identity_of(caller, route, name("mail.example"), nobody_asks).user) ==
        "jane@web.example");
  route.bare_destination = address::parse_address("admin@x.example").value();
  identity = identity_of(caller, route, {}, nobody_asks);
  CHECK(to_string(*identity.recipients.instead) == "admin@x.example");
  CHECK(to_string(identity_of({.login = "D\\jane doe"}, route, {}, nobody_asks).user) ==
        "\"D\\\\jane doe\"@web.example");
}

TEST_CASE("with a submission server everybody is its account") {
  submitclient::Route route{.socket = "/s",
                            .server = submitclient::Server{},
                            .hostname = name("web.example"),
                            .from = address::parse_address("web@x.example").value()};
  const Caller caller{.login = "jane"};
  auto identity = identity_of(caller, route, {}, nobody_asks);
  CHECK(to_string(identity.user) == "web@x.example");
  CHECK(to_string(*identity.senders.instead) == "web@x.example");
  CHECK(identity.domain.ascii() == "web.example");
  CHECK(identity.recipients.domain.empty());
  CHECK_FALSE(identity.recipients.instead);
  route.bare_destination = address::parse_address("admin@x.example").value();
  identity = identity_of(caller, route, {}, nobody_asks);
  CHECK(to_string(*identity.recipients.instead) == "admin@x.example");
  // Unless it goes to the socket first, and somebody is there.
  CHECK(to_string(identity_of(caller, route, name("mail.example"), nobody_asks).user) ==
        "jane@web.example");
}
