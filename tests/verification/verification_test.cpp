// A message from another server: what is found out about its sender, and what it says then.
#include "dkim/keys.h"
#include "dns/zone.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "verification/verification.h"

#include <fmt/format.h>

using namespace mox;
using namespace mox::test;

namespace {

constexpr std::string_view mail = "From: Joe <joe@example.org>\r\nSubject: x\r\nDate: Thu, 1 "
                                  "Jan 2026 00:00:00 +0000\r\n\r\nbody\r\n";

std::string zone_text() {
  const auto record = dkim::to_string(record_of(ed25519_key().public_key()));
  return fmt::format(";!secure example.org.\n"
                     "1.2.0.192.in-addr.arpa. 300 IN PTR mail.example.org.\n"
                     "mail.example.org. 300 IN A 192.0.2.1\n"
                     "example.org. 300 IN TXT \"v=spf1 a:mail.example.org -all\"\n"
                     "ed._domainkey.example.org. 300 IN TXT \"{}\"\n"
                     "_dmarc.example.org. 300 IN TXT \"v=DMARC1; p=reject\"\n"
                     "_dmarc.half.example. 300 IN TXT \"v=DMARC1; p=reject; pct=0\"\n"
                     ";!timeout slow.example.\n;!timeout _dmarc.slow.example.\n",
                     record);
}

struct Seen {
  std::string iprev;
  std::string spf;
  std::string dkim;
  std::string dmarc;
  std::string fields;
  std::string metrics;

  bool says(std::string_view text) const { return unfolded().find(text) != std::string::npos; }

  std::string unfolded() const {
    std::string text;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields.substr(i, 2) == "\r\n" && i + 2 < fields.size() &&
          (fields[i + 2] == ' ' || fields[i + 2] == '\t')) {
        text += ' ';
        i += 2;
      } else {
        text += fields[i];
      }
    }
    return text;
  }
};

async::Task<Seen> look(async::Executor executor, std::string_view text,
                       verification::Client client) {
  FakeClock clock;
  FakeRandom random;
  metrics::Metrics metrics;
  resolver::ZoneResolver resolver(dns::parse_zone(zone_text()).value());
  const auto suffixes = publicsuffix::List::built_in();
  verification::Means means(resolver, executor, suffixes, metrics, clock, random);
  verification::Verification verification(means);
  for (std::size_t at = 0; at < text.size(); at += 7) verification.feed(text.substr(at, 7));
  const auto header = text.substr(0, text.find("\r\n\r\n") + 4);
  const auto found = co_await verification.finish(executor, std::move(client), header);
  Seen seen{.iprev = std::string(iprev::to_string(found.iprev.status)),
            .spf = std::string(spf::to_string(found.spf.verdict)),
            .dkim = {},
            .dmarc = std::string(dmarc::to_string(found.dmarc.evaluation.status)),
            .fields = verification::fields(found, "mx.here.example", false),
            .metrics = metrics.render()};
  for (const auto& verdict : found.dkim) {
    seen.dkim += seen.dkim.empty() ? "" : " ";
    seen.dkim += dkim::to_string(verdict.status);
  }
  co_return seen;
}

Seen see(std::string_view text, verification::Client client) {
  Loop loop;
  return loop.run(look(loop.executor(), text, std::move(client)));
}

verification::Client client(std::string_view ip, std::string_view mail_from) {
  return {.ip = net::Address::parse(ip).value(),
          .helo = "mail.example.org",
          .mail_from = std::string(mail_from),
          .receiver = name("mx.here.example")};
}

std::string signed_mail() {
  return signed_message({signing_with(ed25519_key(), "ed")}, mail);
}

} // namespace

TEST_CASE("verification: mail of a domain that does all of it") {
  const auto seen = see(signed_mail(), client("192.0.2.1", "joe@example.org"));
  CHECK(seen.iprev == "pass");
  CHECK(seen.spf == "pass");
  CHECK(seen.dkim == "pass");
  CHECK(seen.dmarc == "pass");
  CAPTURE(seen.unfolded());
  CHECK(seen.says("Authentication-Results: mx.here.example;"));
  CHECK(seen.says("iprev=pass (without dnssec) policy.iprev=192.0.2.1"));
  CHECK(seen.says("dkim=pass (256 bit ed25519, with dnssec) header.d=example.org header.s=ed "
                  "header.a=ed25519-sha256 header.b="));
  CHECK(seen.says("spf=pass (with dnssec) smtp.mailfrom=joe@example.org"));
  CHECK(seen.says("dmarc=pass (with dnssec) header.from=example.org"));
  CHECK(seen.says("Received-SPF: pass"));
  CHECK(seen.says("client-ip=192.0.2.1"));
  for (const auto* sample :
       {"mox_iprev_lookup_total_count{status=\"pass\"} 1",
        "mox_spf_verify_duration_seconds_count{status=\"pass\"} 1",
        "mox_dkim_verify_duration_seconds_count{algorithm=\"ed25519\",status=\"pass\"} 1",
        "mox_dmarc_verify_duration_seconds_count{reject=\"no\",status=\"pass\",use=\"yes\"} 1",
        "mox_dns_lookup_duration_seconds_count{pkg=\"dkim\",result=\"ok\",type=\"txt\"} 1"}) {
    CAPTURE(sample, seen.metrics);
    CHECK(seen.metrics.find(sample) != std::string::npos);
  }
}

TEST_CASE("verification: mail that somebody else sends in the name of a domain") {
  const auto seen = see(mail, client("198.51.100.7", "joe@example.org"));
  CHECK(seen.iprev == "permerror");
  CHECK(seen.spf == "fail");
  CHECK(seen.dkim.empty());
  CHECK(seen.dmarc == "fail");
  CAPTURE(seen.unfolded());
  CHECK(seen.says("dkim=none"));
  CHECK(seen.says("dmarc=fail"));
  CHECK(seen.metrics.find("status=\"fail\",use=\"yes\"} 1") != std::string::npos);
}

TEST_CASE("verification: a changed body is seen, and DMARC leans on SPF then") {
  auto text = signed_mail();
  text.replace(text.rfind("body"), 4, "BODY");
  const auto seen = see(text, client("192.0.2.1", "joe@example.org"));
  CHECK(seen.dkim == "fail");
  CHECK(seen.dmarc == "pass");
  CHECK(seen.says("dkim=fail"));
}

TEST_CASE("verification: without a sender SPF asks for the client's name") {
  const auto seen = see(mail, client("192.0.2.1", ""));
  CHECK(seen.says("smtp.helo=mail.example.org"));
}

TEST_CASE("verification: what cannot be found out now is said so") {
  const auto seen = see("From: a@slow.example\r\n\r\nx\r\n", client("192.0.2.1", "a@slow.example"));
  CHECK(seen.spf == "temperror");
  CHECK(seen.dmarc == "temperror");
}

TEST_CASE("verification: a policy for none of the messages is not meant") {
  const auto seen = see("From: a@half.example\r\n\r\nx\r\n", client("192.0.2.1", "a@half.example"));
  CHECK(seen.dmarc == "fail");
  CHECK(seen.says("not among those that the policy is for"));
}

TEST_CASE("verification: two From fields pass for nobody") {
  const std::string text = "From: joe@example.org\r\nFrom: eve@evil.example\r\n\r\nx\r\n";
  const auto seen = see(text, client("192.0.2.1", "joe@example.org"));
  CHECK(seen.spf == "pass");
  CHECK(seen.dmarc == "none");
}

TEST_CASE("verification: nothing that a sender writes breaks the header") {
  auto hostile = client("192.0.2.1", "a\r\nBcc: x@y\"<\x80@example.org");
  hostile.helo = "x\r\nSubject: y";
  const auto seen = see("From: \"\\\r\n a\"@example.org\r\n\r\nx\r\n", hostile);
  std::size_t fields = 0;
  for (std::size_t at = 0; at < seen.fields.size();) {
    const auto end = seen.fields.find("\r\n", at);
    REQUIRE(end != std::string::npos);
    const auto line = seen.fields.substr(at, end - at);
    const bool folded = line.starts_with(' ') || line.starts_with('\t');
    if (!folded) ++fields;
    for (const char c : line) CHECK((c == '\t' || (c >= ' ' && c < 127)));
    at = end + 2;
  }
  CHECK(fields == 2);
}
