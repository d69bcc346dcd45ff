// Our server's own fields, read back.
#include "localapi/place.h"
#include "localapi/trace.h"
#include "smtp/received.h"
#include "support/catch.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using localapi::parse_trace;
using localapi::Trace;

namespace {

std::string prefix(const smtp::Received& received, std::string_view from, std::string_view to) {
  return std::string("Delivered-To: ") + std::string(to) + "\r\nReturn-Path: <" +
         std::string(from) + ">\r\n" + smtp::format_received(received);
}

smtp::Received example() {
  smtp::Received received;
  received.from = {"client.example", ""};
  received.remote_ip = "192.0.2.1";
  received.by = {"mx.example", ""};
  received.local_ip = "192.0.2.2";
  received.id = "abc";
  received.recipient = "bob@example.org";
  return received;
}

} // namespace

TEST_CASE("trace: what the fields say") {
  auto received = example();
  Trace want{.mail_from = "ann@example.org",
             .delivered_to = "bob@example.org",
             .helo = "client.example",
             .remote_ip = "192.0.2.1",
             .protocol = "ESMTP",
             .id = "abc"};
  const auto trace = [&] {
    return parse_trace(prefix(received, want.mail_from, want.delivered_to));
  };
  CHECK(trace() == want);

  received.tls = received.authenticated = true;
  received.tls_version = want.tls_version = "TLS1.3";
  received.cipher_suite = want.tls_cipher = "TLS_AES_128_GCM_SHA256";
  want.protocol = "ESMTPSA";
  const std::string login = "\"a (b) \\c\"@localhost";
  received.login = want.login = login;
  CHECK(trace() == want);

  // Without TLS the login is not taken for it.
  received.tls = false;
  received.tls_version = received.cipher_suite = "";
  want.tls_version = want.tls_cipher = "";
  want.protocol = "ESMTPA";
  CHECK(trace() == want);

  received.remote_ip = "2001:db8::1";
  want.remote_ip = "2001:db8::1";
  received.remote_name = "ptr.example";
  received.require_tls = true;
  CHECK(trace() == want);

  received.from.name = "";
  received.remote_ip = "";
  want.helo = want.remote_ip = "";
  CHECK(trace() == want);

  // With nothing between the id and the date.
  received = example();
  received.recipient = "";
  CHECK(trace()->id == "abc");

  // Words of the grammar as names, and any characters in an address.
  received = example();
  received.from.name = want.helo = "by";
  received.extended = false;
  want = {.mail_from = "",
          .delivered_to = "\"x with y (z) id for\"@example.org",
          .helo = "by",
          .remote_ip = "192.0.2.1",
          .protocol = "SMTP",
          .id = "abc"};
  received.recipient = want.delivered_to;
  CHECK(trace() == want);
}

TEST_CASE("trace: of what did not come by SMTP there is none, and what is cut is no harm") {
  CHECK_FALSE(parse_trace(""));
  CHECK_FALSE(parse_trace("Date: today\r\n"));
  CHECK(parse_trace("Received: from\r\n") == Trace{});
  CHECK(parse_trace("Received: from a (") == Trace{.helo = "a"});
  CHECK(parse_trace("Received: from a ([1.2.3.4\r\n") == Trace{.helo = "a"});
  CHECK(parse_trace("Received: id a (b\\") == Trace{.id = "a", .tls_version = "b\\"});
}

TEST_CASE("places: ids and back") {
  using localapi::parse_place;
  const localapi::Place place{
      .account = store::AccountId{1}, .mailbox = store::MailboxId{20}, .uid = 4294967295};
  CHECK(to_string(place) == "1.20.4294967295");
  CHECK(parse_place("1.20.4294967295") == place);
  for (const auto* text : {"", ".", "1", "1.2", "1.2.", ".1.2", "1..2", "1.2.3.4", "1.2.x",
                           " 1.2.3", "1.2.4294967296", "+1.2.3"})
    CHECK_FALSE(parse_place(text));
}

TEST_CASE("places: numbers of parts") {
  using localapi::parse_part_number;
  using Path = std::vector<std::uint32_t>;
  CHECK(parse_part_number("1") == Path{1});
  CHECK(parse_part_number("2.10.1") == Path{2, 10, 1});
  for (const auto* text : {"", "0", "1.0", "1.", ".1", "1..2", "x", "1.x", "-1", "4294967296"})
    CHECK_FALSE(parse_part_number(text));
}
