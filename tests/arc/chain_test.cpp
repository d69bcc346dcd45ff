#include "arc/sealer.h"
#include "arc/verifier.h"
#include "dkim/keys.h"
#include "support/catch.h"

#include <fmt/format.h>

using namespace mox;
using namespace mox::arc;
using namespace mox::test;

namespace {

const std::string mail =
    "From: joe@example.org\r\nTo: list@example.com\r\nSubject: x\r\n\r\nbody\r\n";

Verdict verdict_of(std::string_view text, const dkim::KeyAnswers& keys = usual_keys(),
                   std::size_t chunk = 1000) {
  Verifier verifier(signing_time + std::chrono::hours(1));
  feed_in_chunks(verifier, text, chunk);
  verifier.finish();
  auto verdict = verifier.verdict(keys);
  for (auto& hop : verdict.hops) hop.results = {}; // a view into the verifier
  return verdict;
}

std::string why(std::string_view text, const dkim::KeyAnswers& keys = usual_keys()) {
  const auto verdict = verdict_of(text, keys);
  return verdict.fault ? to_string(*verdict.fault) : std::string(to_string(verdict.chain));
}

std::string sealed(std::string_view text, Chain chain = Chain::pass,
                   std::string_view results = "mx.example.org; spf=pass") {
  const auto odd = verdict_of(text).hops.size() % 2 == 0;
  Sealer sealer({.domain = name("example.org"),
                 .selector = name(odd ? "rsa" : "ed"),
                 .key = odd ? rsa_key() : ed25519_key(),
                 .now = signing_time});
  sealer.feed(text);
  return sealer
             .finish(verdict_of(text).hops.empty() && chain == Chain::pass ? Chain::none : chain,
                     results)
             .value() +
         std::string(text);
}

std::string removed(std::string text, std::string_view name, std::string_view instance) {
  const dkim::HeaderSection header(text);
  for (const auto number : header.all(name)) {
    const auto field = header.fields()[number];
    if (field.body.find(instance) != std::string_view::npos)
      return text.erase(field.offset, field.size);
  }
  return "not there";
}

} // namespace

TEST_CASE("a chain grows and passes") {
  CHECK(verdict_of(mail).chain == Chain::none);
  CHECK_FALSE(verdict_of(mail).fault);
  auto text = mail;
  for (unsigned i = 1; i <= 5; ++i) {
    text = sealed(text);
    CAPTURE(text);
    for (const std::size_t chunk : {1U, 10'000U}) {
      const auto verdict = verdict_of(text, usual_keys(), chunk);
      CAPTURE(verdict.fault ? to_string(*verdict.fault) : "");
      CHECK(verdict.chain == Chain::pass);
      CHECK(verdict.oldest_pass == 0);
      REQUIRE(verdict.hops.size() == i);
      CHECK(verdict.hops.back().instance == i);
      CHECK(verdict.hops.back().authentic);
    }
  }
}

TEST_CASE("what a set looks like") {
  const auto text = sealed(mail, Chain::pass, "mx.example.org;\r\n\tspf=pass smtp.mailfrom=x");
  CHECK(text.starts_with("ARC-Seal: a=rsa-sha256; b="));
  CHECK(text.find("cv=none; d=example.org; i=1; s=rsa; t=1700000000\r\n") != std::string::npos);
  CHECK(text.find("\r\nARC-Authentication-Results: i=1; mx.example.org;\r\n\tspf=pass") !=
        std::string::npos);
  Verifier verifier(signing_time);
  verifier.feed(text);
  CHECK(verifier.wanted_keys() == std::vector{name("rsa._domainkey.example.org")});
  verifier.finish();
  CHECK(verifier.verdict(usual_keys()).hops.at(0).results ==
        "mx.example.org;\r\n\tspf=pass smtp.mailfrom=x");
}

TEST_CASE("a message that changes between hops") {
  auto text = replaced(sealed(sealed(mail)), "Subject: x", "Subject: [list] x");
  CHECK(why(text) == "signature mismatch: ARC-Message-Signature with i=2");
  text = sealed(replaced(sealed(mail), "Subject: x", "Subject: [list] x"));
  const auto verdict = verdict_of(text);
  CHECK(verdict.chain == Chain::pass);
  CHECK(verdict.oldest_pass == 2);
  CHECK(verdict.hops.at(0).message_refusal->fault.why == dkim::Why::bad_signature);
  CHECK(why(sealed(sealed(mail)) + "more") == "body hash mismatch: ARC-Message-Signature with i=2");
}

TEST_CASE("chains that are broken") {
  const auto two = sealed(sealed(mail));
  CHECK(why(replaced(two, "spf=pass", "spf=fail")) == "signature mismatch: ARC-Seal with i=2");
  for (const auto name : {results_name, message_signature_name, seal_name})
    for (const std::string instance : {"i=1", "i=2"}) {
      CAPTURE(name, instance);
      CHECK(why(removed(two, name, instance)) ==
            fmt::format("syntax error: no {} with {}", name, instance));
    }
  const auto field = two.substr(0, two.find("ARC-Message"));
  CHECK(why(field + two) == "syntax error: two ARC-Seal with i=2");
  CHECK(why(replaced(two, "cv=pass", "cv=none")) ==
        "syntax error: ARC-Seal with i=2 has cv=none, not pass");
  CHECK(why(replaced(two, "cv=pass", "cv=perhaps")).starts_with("syntax error: ARC-Seal"));
  CHECK(why(replaced(two, "cv=pass", "h=from; cv=pass")).find("no h=") != std::string::npos);
  CHECK(why(replaced(two, "i=2", "i=51")).starts_with("syntax error"));
  CHECK(why(replaced(two, "i=2", "i=0")).starts_with("syntax error"));
  CHECK(why(replaced(two, "h=from:", "h=arc-seal:from:")).find("ARC-Seal") != std::string::npos);
  CHECK(why("ARC-Seal: \r\n" + mail).starts_with("syntax error"));
  CHECK(why("ARC-Authentication-Results: x\r\n" + mail).starts_with("syntax error"));
}

TEST_CASE("nothing is asked for when the structure is wrong") {
  Verifier verifier(signing_time);
  verifier.feed(removed(sealed(sealed(mail)), seal_name, "i=1"));
  verifier.finish();
  CHECK(verifier.wanted_keys().empty());
}

TEST_CASE("keys of a chain") {
  const auto one = sealed(mail);
  auto keys = usual_keys();
  keys[name("rsa._domainkey.example.org")] = dkim::unknown_key("servers do not answer");
  CHECK(verdict_of(one, keys).chain == Chain::fail);
  CHECK(verdict_of(one, keys).temporary);
  keys[name("rsa._domainkey.example.org")] = dkim::no_key("", false);
  CHECK_FALSE(verdict_of(one, keys).temporary);
  CHECK(why(one, keys) == "no key record: ARC-Message-Signature with i=1");
}

TEST_CASE("a chain that another has failed stays as it is") {
  const auto failed = sealed(mail, Chain::fail);
  CHECK(failed.find("cv=fail") != std::string::npos);
  CHECK(why(failed) == "syntax error: ARC-Seal with i=1 has cv=fail, not none");
  CHECK(sealed(failed) == failed);
}

TEST_CASE("who fails a chain seals his own set") {
  const auto broken = replaced(sealed(mail), "Subject: x", "Subject: y");
  Sealer sealer({.domain = name("example.org"),
                 .selector = name("ed"),
                 .key = ed25519_key(),
                 .now = signing_time});
  sealer.feed(broken);
  const auto fields = sealer.finish(Chain::fail, "mx.example.org; arc=fail").value();
  CHECK(fields.find("cv=fail; d=example.org; i=2;") != std::string::npos);
  CHECK(verdict_of(fields + broken).chain == Chain::fail);
}

TEST_CASE("the number of instances is bounded") {
  auto text = mail;
  for (int i = 0; i < 50; ++i) {
    Sealer sealer({.domain = name("example.org"),
                   .selector = name("ed"),
                   .key = ed25519_key(),
                   .now = signing_time});
    sealer.feed(text);
    text.insert(0, sealer.finish(i == 0 ? Chain::none : Chain::pass, "mx; none").value());
  }
  const auto verdict = verdict_of(text);
  CHECK(verdict.chain == Chain::pass);
  CHECK(verdict.hops.size() == 50);
  Sealer sealer({.domain = name("example.org"),
                 .selector = name("ed"),
                 .key = ed25519_key(),
                 .now = signing_time});
  sealer.feed(text);
  CHECK(sealer.finish(Chain::pass, "mx; none").value().empty());
}

TEST_CASE("beginnings of ARC-Authentication-Results") {
  CHECK(parse_results(" i=1; mx; spf=pass")->text == "mx; spf=pass");
  CHECK(parse_results("\r\n\ti = 50 ;")->instance == 50);
  for (const std::string_view body : {"", "i", "i=", "i=;", "i=0;", "i=51;", "i=1", "mx; i=1; x",
                                      "x=1;", "i=-1;", "i=1 2;", "i=001;"}) {
    CAPTURE(body);
    CHECK_FALSE(parse_results(body));
  }
}
