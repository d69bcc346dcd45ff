#include "dkim/canonical_header.h"
#include "dkim/field_writer.h"
#include "dkim/keys.h"
#include "dkim/verifier.h"
#include "support/catch.h"
#include "text/base64.h"

#include <fmt/format.h>

using namespace mox;
using namespace mox::dkim;
using namespace mox::test;

namespace {

using Outcomes = std::vector<std::string>;

const std::string mail = "From: Joe <joe@example.org>\r\nTo: x@example.com\r\n"
                         "Subject: a  subject\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n\r\n"
                         "Hello,\r\n\r\n  two  words \r\n\r\n";

std::vector<Signing> both() {
  return {signing_with(rsa_key(), "rsa"), signing_with(ed25519_key(), "ed")};
}

// A signature with the tags as they are given, made by hand: tags before h=, names, b= last.
std::string hand_signed(std::string_view tags, const std::vector<std::string>& names,
                        std::string_view text, Signature how) {
  const auto header_end = text.find("\r\n\r\n");
  BodyHashes bodies;
  const auto number =
      bodies.want({.form = how.body, .hash = how.algorithm->hash, .length = how.length});
  bodies.feed(text.substr(header_end + 4));
  bodies.finish();
  auto field = fmt::format("DKIM-Signature: {}; h={}; bh={}; b=", tags, fmt::join(names, ":"),
                           text::base64_encode(bodies.result(number).digest));
  const HeaderSection header(text.substr(0, header_end + 2));
  std::string canonical;
  for (const auto* selected : header.select(names))
    append_canonical(canonical, header.text_of(*selected), how.header);
  append_unsigned(canonical, field, field.size(), field.size(), how.header);
  const auto signature =
      rsa_key().sign(how.algorithm->hash, digest(how.algorithm->hash, canonical)).value();
  return field + text::base64_encode(signature) + "\r\n" + std::string(text);
}

Signature rsa_with(Hash hash) {
  Signature how;
  how.algorithm = Algorithm{KeyType::rsa, hash};
  return how;
}

constexpr std::string_view tags = "v=1; a=rsa-sha256; d=example.org; s=rsa";

} // namespace

TEST_CASE("signatures verify, whatever the chunks") {
  for (const auto header : {Canonical::simple, Canonical::relaxed})
    for (const auto body : {Canonical::simple, Canonical::relaxed})
      for (const bool seal : {false, true}) {
        auto signings = both();
        for (auto& signing : signings) {
          signing.header = header;
          signing.body = body;
          signing.seal = seal;
        }
        const auto text = signed_message(signings, mail);
        CAPTURE(text);
        for (const std::size_t chunk : {1U, 7U, 10'000U})
          CHECK(outcomes(text, usual_keys(), usual_rules(), chunk) == Outcomes{"pass", "pass"});
      }
}

TEST_CASE("a message without signatures has no verdicts") {
  CHECK(outcomes(mail, {}).empty());
  CHECK(outcomes("", {}).empty());
  CHECK(outcomes("\r\n", {}).empty());
  CHECK(outcomes("\r\nDKIM-Signature: v=1\r\n", {}).empty());
}

TEST_CASE("verdicts say what was found") {
  Verifier verifier(usual_rules());
  verifier.feed(signed_message({signing_with(rsa_key(), "rsa")}, mail));
  REQUIRE(verifier.has_header());
  CHECK(verifier.wanted_keys() == std::vector{name("rsa._domainkey.example.org")});
  verifier.finish();
  const auto verdicts = verifier.verdicts(usual_keys());
  REQUIRE(verdicts.size() == 1);
  const auto& verdict = verdicts.front();
  CHECK(verdict.status == Status::pass);
  CHECK_FALSE(verdict.fault);
  CHECK(verdict.signature.domain == name("example.org"));
  CHECK(to_string(verdict.signature.identity.value()) == "joe@example.org");
  CHECK(verdict.key->key.bits() == 1024);
  CHECK(verdict.authentic);
  CHECK(verdict.field.starts_with("DKIM-Signature: v=1; d=example.org; s=rsa;"));
}

TEST_CASE("what changes on the way") {
  struct Row {
    std::string_view from;
    std::string_view to;
    std::string_view relaxed;
    std::string_view simple;
  };

  constexpr std::string_view header = "fail: signature mismatch";
  constexpr std::string_view body = "fail: body hash mismatch";
  const Row rows[] = {
      {"two  words", "two  Words", body, body},
      {"two  words \r\n", "two words\r\n", "pass", body},
      {"\r\n\r\n  two", "\r\n\r\n two", "pass", body},
      {"words \r\n\r\n", "words \r\n\r\n\r\n\r\n", "pass", "pass"},
      {"words \r\n\r\n", "words \r\n", "pass", "pass"},
      {"words \r\n\r\n", "words ", "pass", "pass"},
      {"Hello,\r\n", "Hello,\n", body, body},
      {"Hello,\r\n\r\n", "Hello,\r\n", body, body},
      {"a  subject", "a subject", "pass", header},
      {"a  subject", "a\r\n\tsubject", "pass", header},
      {"a  subject", "asubject", header, header},
      {"\r\nSubject:", "\r\nsubject :", "pass", header},
      {"Subject: a", "Subject: A", header, header},
      {"To: x@", "X-Other: 1\r\nTo: x@", "pass", "pass"},
      {"To: x@", "To: y@", header, header},
      {"To: x@", "To: z@example.com\r\nTo: x@", header, header},
      {"To: x@", "Cc: z@example.com\r\nTo: x@", header, header}, // sealed
      {"To: x@example.com\r\n", "", header, header},
      {"v=1; d=", "v=1;  d=", "pass", header},
      {"t=1700000000", "t=1700000001", header, header},
      {"d=example.org", "d=other.org", "permerror: identity is not of the domain",
       "permerror: identity is not of the domain"},
      {"Date: Tue", "From: eve@example.org\r\nDate: Tue", header, header},
  };
  auto simple = signing_with(ed25519_key(), "ed");
  simple.header = simple.body = Canonical::simple;
  const auto relaxed_text = signed_message({signing_with(ed25519_key(), "ed")}, mail);
  const auto simple_text = signed_message({simple}, mail);
  for (const auto& row : rows) {
    CAPTURE(row.from, row.to);
    CHECK(outcomes(replaced(relaxed_text, row.from, row.to), usual_keys()) ==
          Outcomes{std::string(row.relaxed)});
    CHECK(outcomes(replaced(simple_text, row.from, row.to), usual_keys()) ==
          Outcomes{std::string(row.simple)});
  }
}

TEST_CASE("fields without a name of ours, at the ends of the header") {
  // Fields of one name are signed from the bottom: one that is added above is not signed.
  auto signing = signing_with(ed25519_key(), "ed");
  signing.seal = false;
  const auto text = signed_message({signing}, mail);
  CHECK(outcomes("To: added@example.com\r\n" + text, usual_keys()) == Outcomes{"pass"});
  CHECK(outcomes(replaced(text, "\r\nSubject:", "\r\nTo: added@example.com\r\nSubject:"),
                 usual_keys()) == Outcomes{"fail: signature mismatch"});
}

TEST_CASE("two From headers") {
  auto open = signing_with(ed25519_key(), "ed");
  open.seal = false;
  const std::string eve = "From: eve@example.org\r\n";
  // The signature is right, and what people see may be the other From.
  CHECK(outcomes(eve + signed_message({open}, mail), usual_keys()) ==
        Outcomes{"policy: bad From header"});
  CHECK(outcomes(eve + signed_message({signing_with(ed25519_key(), "ed")}, mail), usual_keys()) ==
        Outcomes{"fail: signature mismatch"});
  // Nor does it help to sign both.
  const auto two =
      hand_signed(tags, {"From", "From", "Subject"}, eve + mail, rsa_with(Hash::sha256));
  CHECK(outcomes(two, usual_keys()) == Outcomes{"policy: bad From header"});
  // A From that a bare LF hides counts.
  CHECK(outcomes("X-A: b\n" + eve + signed_message({open}, mail), usual_keys()) ==
        Outcomes{"policy: bad From header"});
  const std::string without = "Subject: x\r\n\r\n";
  CHECK(outcomes(hand_signed(tags, {"From", "Subject"}, without, rsa_with(Hash::sha256)),
                 usual_keys()) == Outcomes{"policy: bad From header"});
}

TEST_CASE("right signatures that are not good enough") {
  auto sha1 = rsa_with(Hash::sha1);
  const auto by_sha1 =
      hand_signed("v=1; a=rsa-sha1; d=example.org; s=rsa", {"From", "Subject"}, mail, sha1);
  CHECK(outcomes(by_sha1, usual_keys()) == Outcomes{"policy: not accepted"});
  auto rules = usual_rules();
  rules.accept_sha1 = true;
  CHECK(outcomes(by_sha1, usual_keys(), rules) == Outcomes{"pass"});

  auto part = rsa_with(Hash::sha256);
  part.length = 5;
  const auto by_length = hand_signed(fmt::format("{}; l=5", tags), {"From", "Subject"}, mail, part);
  CHECK(outcomes(by_length, usual_keys()) == Outcomes{"policy: not accepted"});
  rules = usual_rules();
  rules.accept_length = true;
  CHECK(outcomes(by_length, usual_keys(), rules) == Outcomes{"pass"});
  CHECK(outcomes(by_length + "and an advertisement", usual_keys(), rules) == Outcomes{"pass"});
  CHECK(outcomes(replaced(by_length, "Hello", "Hallo"), usual_keys(), rules) ==
        Outcomes{"fail: body hash mismatch"});
  CHECK(outcomes(replaced(by_length, "Hello,\r\n\r\n  two  words \r\n\r\n", "He"), usual_keys(),
                 rules) == Outcomes{"permerror: body shorter than signed"});

  const auto no_subject = hand_signed(tags, {"From"}, mail, rsa_with(Hash::sha256));
  CHECK(outcomes(no_subject, usual_keys()) == Outcomes{"policy: not accepted"});
  rules = usual_rules();
  rules.need_subject = false;
  CHECK(outcomes(no_subject, usual_keys(), rules) == Outcomes{"pass"});
}

TEST_CASE("times, and domains that nobody owns") {
  auto signing = signing_with(ed25519_key(), "ed");
  signing.expiration = std::chrono::hours(2);
  const auto text = signed_message({signing}, mail);
  CHECK(outcomes(text, usual_keys()) == Outcomes{"pass"});
  auto rules = usual_rules();
  rules.now = signing_time + std::chrono::hours(2);
  CHECK(outcomes(text, usual_keys(), rules) == Outcomes{"pass"});
  rules.now += std::chrono::seconds(1);
  CHECK(outcomes(text, usual_keys(), rules) == Outcomes{"permerror: signature expired"});
  rules = usual_rules();
  rules.is_public_suffix = [](const dns::Name& domain) { return domain == name("example.org"); };
  CHECK(outcomes(text, usual_keys(), rules) == Outcomes{"permerror: domain is a public suffix"});
}

TEST_CASE("what the key record says") {
  const auto text = signed_message({signing_with(rsa_key(), "rsa")},
                                   replaced(mail, "joe@example.org", "joe@a.example.org"));
  const auto with = [&](auto change) {
    auto record = record_of(rsa_key().public_key());
    change(record);
    return outcomes(text, {{name("rsa._domainkey.example.org"), answer_of(record)}}).at(0);
  };
  CHECK(with([](Record&) {}) == "pass");
  CHECK(with([](Record& r) { r.public_key.clear(); }) == "permerror: key revoked");
  CHECK(with([](Record& r) { r.hashes = {"sha1"}; }) == "permerror: hash not allowed by the key");
  CHECK(with([](Record& r) { r.hashes = {"sha1", "SHA256"}; }) == "pass");
  CHECK(with([](Record& r) { r.hashes = {"sha3"}; }) == "permerror: hash not allowed by the key");
  CHECK(with([](Record& r) { r.key_type = "ed25519"; }) ==
        "permerror: key is for another algorithm");
  CHECK(with([](Record& r) { r.key_type = "new"; }) == "permerror: key is for another algorithm");
  CHECK(with([](Record& r) { r.services = {"other"}; }) == "permerror: key is not for email");
  CHECK(with([](Record& r) { r.services = {"other", "email"}; }) == "pass");
  CHECK(with([](Record& r) { r.flags = {"s"}; }) == "permerror: identity is not of the domain");
  CHECK(with([](Record& r) { r.flags = {"x", "z"}; }) == "pass");
  CHECK(with([](Record& r) { r.public_key = "garbage"; }) == "permerror: syntax error");
  CHECK(with([](Record& r) { r.public_key = make_rsa_key(1024)->public_key().bytes(); }) ==
        "fail: signature mismatch");
  CHECK(with([](Record& r) { r.public_key = make_rsa_key(2048)->public_key().bytes(); }) ==
        "fail: signature mismatch");
  CHECK(with([](Record& r) { r.public_key = make_rsa_key(768)->public_key().bytes(); }) ==
        "permerror: key too weak");
  // A test says nothing, unless it succeeds.
  CHECK(with([](Record& r) { r.flags = {"y"}; }) == "pass");
  CHECK(with([](Record& r) {
          r.flags = {"y"};
          r.public_key.clear();
        }) == "none: key revoked");
}

TEST_CASE("keys that are not there") {
  const auto text = signed_message({signing_with(rsa_key(), "rsa")}, mail);
  const auto with = [&](KeyAnswer answer) {
    return outcomes(text, {{name("rsa._domainkey.example.org"), std::move(answer)}}).at(0);
  };
  CHECK(with(no_key("", false)) == "permerror: no key record");
  CHECK(with(unknown_key("servers do not answer")) == "temperror: DNS look-up failed");
  CHECK(outcomes(text, {}).at(0) == "temperror: DNS look-up failed");
}

TEST_CASE("b= of every size is compared, and never read beyond its end") {
  const auto text = signed_message({signing_with(rsa_key(), "rsa")}, mail);
  const auto begin = text.find("; b=") + 4;
  const auto end = text.find("\r\nFrom:");
  const auto with = [&](std::string_view b) {
    return outcomes(text.substr(0, begin) + std::string(b) + text.substr(end), usual_keys()).at(0);
  };
  const auto b = text.substr(begin, end - begin);
  CHECK(with(b) == "pass");
  CHECK(with("\r\n  " + b + "  ") == "pass");
  CHECK(with("") == "permerror: syntax error");
  CHECK(with("*") == "permerror: syntax error");
  for (const std::size_t size : {1U, 2U, 12U, 64U, 127U, 129U, 1000U, 10'000U})
    CHECK(with(text::base64_encode(std::string(size, 'x'))) == "fail: signature mismatch");
  CHECK(with(text::base64_encode(std::string(128, '\xff'))) == "fail: signature mismatch");
}

TEST_CASE("the number of signatures that are looked at is bounded") {
  const auto one = signed_message({signing_with(ed25519_key(), "ed")}, mail);
  std::string text = one;
  const auto field = one.substr(0, one.size() - mail.size());
  for (int i = 0; i < 24; ++i) text.insert(0, field);
  const auto found = outcomes(text, usual_keys());
  REQUIRE(found.size() == 11);
  CHECK(std::count(found.begin(), found.end(), "pass") == 10);
  CHECK(found.back() == "neutral: too many signatures");
  auto rules = usual_rules();
  rules.signatures_limit = 0;
  CHECK(outcomes(text, usual_keys(), rules) == Outcomes{"neutral: too many signatures"});
}

TEST_CASE("a header section without end is not kept") {
  const auto text = signed_message({signing_with(ed25519_key(), "ed")}, mail);
  std::string filler;
  while (filler.size() < MessageReader::header_limit)
    filler += "X-Filler: " + std::string(900, 'x') + "\r\n";
  CHECK(outcomes(replaced(text, "\r\nDate:", "\r\n" + filler + "Date:"), usual_keys(),
                 usual_rules(), 60'000) == Outcomes{"permerror: malformed header"});
}

TEST_CASE("many fields and many names do not take long") {
  std::string many;
  for (int i = 0; i < 60'000; ++i) many += "a:\r\n";
  std::string names = "From:Subject";
  for (int i = 0; i < 990; ++i) names += ":a";
  const auto field = "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=rsa; h=" + names +
                     "; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YWJj\r\n";
  CHECK(outcomes(field + field + many + mail, usual_keys()) ==
        Outcomes{"fail: signature mismatch", "fail: signature mismatch"});
}

TEST_CASE("header-only messages, empty bodies, odd bytes") {
  struct Row {
    std::string_view what;
    std::string text;
  };

  const std::string header = "From: joe@example.org\r\nSubject: x\r\n";
  const Row rows[] = {
      {"no empty line", header},
      {"empty body", header + "\r\n"},
      {"only empty lines", header + "\r\n\r\n\r\n"},
      {"no last line end", header + "\r\nbody"},
      {"8 bits", "From: J\xfc <joe@example.org>\r\nSubject: \xff\xfe\r\n\r\nb\xf6\r\n"},
      {"UTF-8", "From: J\xc3\xbc <j\xc3\xbc@example.org>\r\nSubject: \xc3\xbc\r\n\r\n\xc3\xbc\r\n"},
      {"bare LF", header + "\r\na\nb \n\nc"},
      {"bare CR", header + "\r\na\rb \r"},
      {"NUL", header + std::string("\r\na\0b\0", 6)},
      {"lines of LF alone", "From: joe@example.org\nSubject: x\n\nbody\n"},
  };
  for (const auto& row : rows)
    for (const auto form : {Canonical::simple, Canonical::relaxed}) {
      CAPTURE(row.what, to_string(form));
      auto signings = both();
      for (auto& signing : signings) signing.header = signing.body = form;
      const auto text = signed_message(signings, row.text);
      REQUIRE_FALSE(text.empty());
      for (const std::size_t chunk : {1U, 3U, 10'000U})
        CHECK(outcomes(text, usual_keys(), usual_rules(), chunk) == Outcomes{"pass", "pass"});
    }
}
