#include "smtp/received.h"
#include "support/catch.h"

#include <algorithm>
#include <limits>
#include <string>

using namespace mox::smtp;

namespace {

// Unfolded, and with a check of the folding.
std::string unfolded(const std::string& field) {
  REQUIRE(field.ends_with("\r\n"));
  std::string text;
  for (std::size_t at = 0; at < field.size();) {
    const auto end = field.find("\r\n", at);
    CHECK(end - at <= 78);
    if (at > 0) CHECK(field[at] == '\t');
    text += at > 0 ? " " + field.substr(at + 1, end - at - 1) : field.substr(0, end);
    at = end + 2;
  }
  return text;
}

Received example() {
  Received received;
  received.from = {"mail.example", ""};
  received.remote_name = "ptr.example";
  received.remote_ip = "192.0.2.1";
  received.by = {"mx.example", ""};
  received.local_ip = "2001:db8::1";
  received.tls = true;
  received.id = "AbC-123_x";
  received.tls_version = "TLS1.3";
  received.cipher_suite = "TLS_AES_128_GCM_SHA256";
  received.recipient = "joe@mx.example";
  received.date = 1795220902;
  return received;
}

} // namespace

TEST_CASE("the Received field with a login") {
  auto received = example();
  received.login = "a(b)\\c\r\nd@mx.example";
  CHECK(unfolded(format_received(received))
            .find("(TLS1.3 TLS_AES_128_GCM_SHA256) "
                  "(Authenticated sender: a\\(b\\)\\\\c??d@mx.example) for") != std::string::npos);
}

TEST_CASE("the Received field of a message from a user of the host") {
  Received received;
  received.from = {"www-data", ""};
  received.local_user = "uid 33";
  received.by = {"mx.example", ""};
  received.id = "AbC-123_x";
  received.recipient = "joe@mx.example";
  received.date = 1795220902;
  CHECK(unfolded(format_received(received)) ==
        "Received: from www-data (uid 33) by mx.example with ESMTP id AbC-123_x for "
        "<joe@mx.example>; Sat, 21 Nov 2026 00:28:22 +0000");
  received.from = {"ad\\b () c", ""};
  CHECK(unfolded(format_received(received)).starts_with("Received: from ad?b????c (uid 33) by"));
}

TEST_CASE("the Received field") {
  auto received = example();
  CHECK(unfolded(format_received(received)) ==
        "Received: from mail.example (ptr.example [192.0.2.1]) by mx.example ([IPv6:2001:db8::1]) "
        "via tcp with ESMTPS "
        "id AbC-123_x (TLS1.3 TLS_AES_128_GCM_SHA256) for <joe@mx.example>; Sat, 21 Nov 2026 "
        "00:28:22 +0000");
  received.remote_name = "MAIL.example";
  received.require_tls = true;
  received.recipient = "";
  received.by = {"\xc3\xa9.example", "xn--9ca.example"};
  received.local_ip = "192.0.2.9";
  CHECK(unfolded(format_received(received)) ==
        "Received: from mail.example ([192.0.2.1]) by \xc3\xa9.example ([192.0.2.9]) "
        "(xn--9ca.example) via tcp with "
        "ESMTPS (requiretls) id AbC-123_x (TLS1.3 TLS_AES_128_GCM_SHA256); Sat, 21 Nov 2026 "
        "00:28:22 +0000");
  received = example();
  received.from = {};
  received.remote_name = "";
  received.tls_version = "";
  CHECK(format_received(received).starts_with(
      "Received: from [192.0.2.1] ([192.0.2.1]) by mx.example"));
  received.remote_ip = "";
  CHECK(format_received(received).starts_with("Received: from unknown by mx.example"));
}

TEST_CASE("names from peers cannot break the field") {
  auto received = example();
  received.from = {"a\r\nX-Evil: b", "(c"};
  received.remote_name = "x) (y\r\n z";
  received.recipient = "\"a\r\nb\"@c.example";
  const auto field = format_received(received);
  const auto text = unfolded(field);
  CHECK(text.find("X-Evil: ") == std::string::npos);
  CHECK(text.find("(x???y???z [192.0.2.1])") != std::string::npos);
  CHECK(text.find("for <\"a??b\"@c.example>") != std::string::npos);
  CHECK(std::ranges::count(text, '(') == std::ranges::count(text, ')'));
}

TEST_CASE("words too long for a line stand alone") {
  auto received = example();
  const std::string name(200, 'a');
  received.recipient = name;
  CHECK(format_received(received).find("\r\n\t<" + name + ">;\r\n\t") != std::string::npos);
}

TEST_CASE("names of protocols") {
  Received received;
  received.extended = false;
  CHECK(with_protocol(received) == "SMTP");
  received.extended = true;
  CHECK(with_protocol(received) == "ESMTP");
  received.authenticated = true;
  CHECK(with_protocol(received) == "ESMTPA");
  received.tls = true;
  CHECK(with_protocol(received) == "ESMTPSA");
  received.utf8 = true;
  CHECK(with_protocol(received) == "UTF8SMTPSA");
}

TEST_CASE("dates of RFC 5322") {
  CHECK(format_date(0, 0) == "Thu, 1 Jan 1970 00:00:00 +0000");
  CHECK(format_date(0, -450) == "Wed, 31 Dec 1969 16:30:00 -0730");
  CHECK(format_date(1709187300, 345) == "Thu, 29 Feb 2024 12:00:00 +0545");
  using Limits = std::numeric_limits<std::int64_t>;
  CHECK(format_date(Limits::max(), 0).find(" 9998 ") != std::string::npos);
  CHECK(format_date(Limits::min(), 0).find(" 0001 ") != std::string::npos);
}
