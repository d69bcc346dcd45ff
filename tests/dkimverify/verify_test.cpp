#include "arc/sealer.h"
#include "arcverify/verify.h"
#include "clock/clock.h"
#include "dkim/keys.h"
#include "dkimsign/signings.h"
#include "dkimverify/verify.h"
#include "dns/zone.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>

#include <fstream>

using namespace mox;
using namespace mox::test;

namespace {

const std::string mail = "From: joe@example.org\r\nSubject: x\r\n\r\nbody\r\n";

std::string zone_text() {
  std::string text = ";!secure secure.example.org.\n";
  for (const std::string domain : {"example.org", "secure.example.org"})
    for (const auto& [selector, key] :
         {std::pair{"rsa", &rsa_key()}, std::pair{"ed", &ed25519_key()}}) {
      const auto record = dkim::to_string(record_of(key->public_key()));
      text += fmt::format("{}._domainkey.{}. 300 IN TXT \"{}\" \"{}\"\n", selector, domain,
                          record.substr(0, 20), record.substr(20));
    }
  text += ";!servfail fails._domainkey.example.org.\n;!timeout slow._domainkey.example.org.\n"
          ";!bogus bogus._domainkey.example.org.\n"
          "alias._domainkey.example.org. 300 IN CNAME rsa._domainkey.secure.example.org.\n"
          "two._domainkey.example.org. 300 IN TXT \"v=DKIM1; p=YWJj\"\n"
          "two._domainkey.example.org. 300 IN TXT \"v=DKIM1; p=YWJk\"\n"
          "spf._domainkey.example.org. 300 IN TXT \"v=spf1 -all\"\n";
  return text;
}

async::Task<std::vector<dkim::Verdict>>
verify(async::Executor executor, const dkim::Verifier& verifier, dkimverify::KeyCache* cache) {
  resolver::ZoneResolver resolver(dns::parse_zone(zone_text()).value());
  const auto deadline = SystemClock().steady() + std::chrono::seconds(10);
  co_return co_await dkimverify::verify(executor, verifier, resolver, deadline, cache);
}

async::Task<arc::Verdict> verify(async::Executor executor, const arc::Verifier& verifier) {
  resolver::ZoneResolver resolver(dns::parse_zone(zone_text()).value());
  const auto deadline = SystemClock().steady() + std::chrono::seconds(10);
  co_return co_await arcverify::verify(executor, verifier, resolver, deadline);
}

// "status: why, secure" of each signature.
std::vector<std::string> outcomes(std::string_view text, dkimverify::KeyCache* cache = nullptr) {
  dkim::Verifier verifier(usual_rules());
  verifier.feed(text);
  verifier.finish();
  Loop loop;
  std::vector<std::string> found;
  for (const auto& verdict : loop.run(verify(loop.executor(), verifier, cache)))
    found.push_back(fmt::format("{}{}{}{}", to_string(verdict.status), verdict.fault ? ": " : "",
                                verdict.fault ? to_string(verdict.fault->why) : "",
                                verdict.authentic ? ", secure" : ""));
  return found;
}

std::string signed_by(std::string_view domain, std::vector<std::string_view> selectors) {
  std::vector<dkim::Signing> signings;
  for (const auto selector : selectors) {
    auto signing = signing_with(selector == "ed" ? ed25519_key() : rsa_key(), selector);
    signing.domain = name(domain);
    signings.push_back(signing);
  }
  return signed_message(signings, mail);
}

using Outcomes = std::vector<std::string>;

} // namespace

TEST_CASE("keys come from the DNS") {
  CHECK(outcomes(mail).empty());
  CHECK(outcomes(signed_by("example.org", {"rsa", "ed"})) == Outcomes{"pass", "pass"});
  CHECK(outcomes(signed_by("secure.example.org", {"ed"})) == Outcomes{"pass, secure"});
  CHECK(outcomes(signed_by("example.org", {"alias"})) == Outcomes{"pass"});
}

TEST_CASE("keys that cannot be had") {
  CHECK(
      outcomes(signed_by("example.org", {"none", "fails", "slow", "bogus", "two", "spf", "rsa"})) ==
      Outcomes{"permerror: no key record", "temperror: DNS look-up failed",
               "temperror: DNS look-up failed", "temperror: DNS look-up failed",
               "temperror: several key records", "temperror: syntax error", "pass"});
  CHECK(outcomes(signed_by("secure.example.org", {"none"})) ==
        Outcomes{"permerror: no key record, secure"});
}

TEST_CASE("keys are decoded once") {
  dkimverify::KeyCache cache(2);
  for (int i = 0; i < 3; ++i)
    CHECK(outcomes(signed_by("example.org", {"rsa", "ed"}), &cache) == Outcomes{"pass", "pass"});
  CHECK(cache.size() == 2);
  // What is proven is not part of the record.
  CHECK(outcomes(signed_by("secure.example.org", {"rsa"}), &cache) == Outcomes{"pass, secure"});
  CHECK(outcomes(signed_by("example.org", {"rsa"}), &cache) == Outcomes{"pass"});
  CHECK(outcomes(signed_by("example.org", {"two"}), &cache).at(0).starts_with("temperror"));
  CHECK(cache.size() == 2);
}

TEST_CASE("a chain of ARC with keys from the DNS") {
  arc::Sealer sealer({.domain = name("example.org"),
                      .selector = name("ed"),
                      .key = ed25519_key(),
                      .now = signing_time});
  sealer.feed(mail);
  const auto text = sealer.finish(arc::Chain::none, "mx.example.org; none").value() + mail;
  arc::Verifier verifier(signing_time);
  verifier.feed(text);
  verifier.finish();
  Loop loop;
  CHECK(loop.run(verify(loop.executor(), verifier)).chain == arc::Chain::pass);
}

TEST_CASE("a key file that has changed is another key, however often it was read") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "key.pem";
  const auto write = [&](const dkim::PrivateKey& key) { std::ofstream(path) << key.pem().view(); };
  const auto read = [&path](dkimsign::KeyFiles& keys) {
    const auto key = keys.read(path);
    return key ? key->public_key().bytes() : key.error().text;
  };
  const auto first = ed25519_key().public_key().bytes();
  const auto second = rsa_key().public_key().bytes();
  dkimsign::KeyFiles keys;
  write(ed25519_key());
  for (int i = 0; i < 3; ++i) {
    CHECK(read(keys) == first);
    CHECK(read(keys) == first);
    keys.forget_others();
  }
  write(rsa_key());
  CHECK(read(keys) == second);
  keys.forget_others();
  keys.forget_others();
  CHECK(read(keys) == second);
  write(ed25519_key());
  CHECK(read(keys) == first);
  std::filesystem::remove(path);
  CHECK(read(keys).find("key.pem") != std::string::npos);
}

TEST_CASE("signings come from the configuration") {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& file, std::string_view text) {
    std::ofstream(folder.path() / file) << text;
    return folder.path() / file;
  };
  config::Dkim dkim;
  dkim.selectors["ed"].private_key_file = write("ed.pem", ed25519_key().pem().view());
  auto& rsa = dkim.selectors["rsa"];
  rsa.private_key_file = write("rsa.pem", rsa_key().pem().view());
  rsa.canonicalization.body_relaxed = true;
  rsa.headers = {"From"};
  rsa.dont_seal_headers = true;
  rsa.expiration = std::chrono::hours(72);
  dkimsign::KeyFiles keys;
  CHECK(dkimsign::read_signings(name("example.org"), dkim, keys)->empty());
  dkim.sign = {"rsa", "ed"};
  const auto signings = dkimsign::read_signings(name("example.org"), dkim, keys);
  REQUIRE(signings);
  REQUIRE(signings->size() == 2);
  const auto& first = signings->front();
  CHECK(first.selector == name("rsa"));
  CHECK(first.header == dkim::Canonical::simple);
  CHECK(first.body == dkim::Canonical::relaxed);
  CHECK(first.signed_names == std::vector<std::string>{"From"});
  CHECK_FALSE(first.seal);
  CHECK(first.expiration == std::chrono::hours(72));
  CHECK(signings->back().seal);
  CHECK(signings->back().signed_names == dkim::usual_signed_names());

  const auto error = [&] {
    const auto read = dkimsign::read_signings(name("example.org"), dkim, keys);
    return read ? std::string() : read.error().text;
  };
  dkim.selectors["ed"].hash = config::DkimHash::sha1;
  CHECK(error().find("selector \"ed\"") != std::string::npos);
  dkim.selectors["ed"] = {.private_key_file = write("bad.pem", "nothing")};
  CHECK(error().find("bad.pem") != std::string::npos);
  dkim.selectors["ed"].private_key_file = folder.path() / "missing.pem";
  CHECK(error().find("missing.pem") != std::string::npos);
  dkim.sign = {"other"};
  CHECK(error().find("no DKIM selector \"other\"") != std::string::npos);
}
