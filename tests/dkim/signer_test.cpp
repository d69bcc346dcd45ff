#include "dkim/keys.h"
#include "dkim/signer.h"
#include "support/catch.h"

using namespace mox;
using namespace mox::dkim;
using namespace mox::test;

namespace {

Result<std::string> sign(std::vector<Signing> signings, std::string_view mail,
                         std::optional<Identity> identity = {}) {
  Signer signer(std::move(signings), signing_time, std::move(identity));
  feed_in_chunks(signer, mail, 10);
  return signer.finish();
}

Signature parsed(std::string_view fields) {
  const HeaderSection header(fields);
  const auto [signature, fault] = parse_signature(header.fields().at(0).body);
  CAPTURE(fault ? to_string(*fault) : "");
  CHECK_FALSE(fault);
  return signature;
}

const std::string mail = "Received: 1\r\nReceived: 2\r\nFrom: Joe <joe@example.org>\r\n"
                         "To: x@example.com\r\nSubject: x\r\n\r\nbody\r\n";

} // namespace

TEST_CASE("the field of a signature") {
  auto signing = signing_with(ed25519_key(), "ed");
  signing.expiration = std::chrono::hours(72);
  const auto fields = sign({signing}, mail).value();
  CAPTURE(fields);
  CHECK(fields.starts_with("DKIM-Signature: v=1; d=example.org; s=ed; i=joe@example.org;"));
  CHECK(fields.find("a=ed25519-sha256; c=relaxed/relaxed; t=1700000000; x=1700259200;") !=
        std::string::npos);
  CHECK(fields.ends_with("\r\n"));
  std::string_view left = fields;
  while (!left.empty()) {
    const auto end = left.find("\r\n");
    CHECK(end <= 78);
    left.remove_prefix(end + 2);
  }
  CHECK(parsed(fields).signed_names ==
        std::vector<std::string>{"From", "From", "To", "To", "Cc", "Bcc", "Reply-To", "References",
                                 "In-Reply-To", "Subject", "Subject", "Date", "Message-Id",
                                 "Content-Type"});
}

TEST_CASE("without sealing each field is named once; simple is not written") {
  auto signing = signing_with(ed25519_key(), "ed");
  signing.seal = false;
  signing.header = signing.body = Canonical::simple;
  signing.signed_names = {"from", "Received", "Cc", "FROM"};
  const auto fields = sign({signing}, mail).value();
  CHECK(fields.find("c=") == std::string::npos);
  CHECK(fields.find("x=") == std::string::npos);
  CHECK(parsed(fields).signed_names == std::vector<std::string>{"from", "Received", "Received"});
}

TEST_CASE("several selectors, in their order") {
  auto sha1 = signing_with(rsa_key(), "old");
  sha1.hash = Hash::sha1;
  const auto fields =
      sign({signing_with(rsa_key(), "rsa"), signing_with(ed25519_key(), "ed"), sha1}, mail).value();
  const HeaderSection header(fields);
  REQUIRE(header.fields().size() == 3);
  CHECK(parse_signature(header.fields()[0].body).signature.selector == name("rsa"));
  CHECK(parse_signature(header.fields()[1].body).signature.selector == name("ed"));
  CHECK(parse_signature(header.fields()[2].body).signature.algorithm->hash == Hash::sha1);
  CHECK(sign({}, mail).value().empty());
}

TEST_CASE("who signed") {
  const auto identity = [](std::string_view from, std::optional<Identity> given = {}) {
    const auto fields = sign({signing_with(ed25519_key(), "ed")},
                             "From: " + std::string(from) + "\r\n\r\n", std::move(given))
                            .value();
    const auto signature = parsed(fields);
    return signature.identity ? to_string(*signature.identity) : std::string("none");
  };
  CHECK(identity("joe@example.org") == "joe@example.org");
  CHECK(identity("Joe <joe@a.example.org>") == "joe@a.example.org");
  CHECK(identity("joe@example.com") == "none");
  CHECK(identity("a@example.org, b@example.org") == "none");
  CHECK(identity("a: b@example.org;") == "none");
  CHECK(identity("") == "none");
  CHECK(identity("\"a b;=\"@example.org") == "\"a b;=\"@example.org");
  CHECK(identity("j\xc3\xbc@example.org") == "j\xc3\xbc@example.org");
  CHECK(identity("joe+x@example.org", Identity{"joe", name("example.org")}) == "joe@example.org");
  CHECK(sign({signing_with(ed25519_key(), "ed")}, "From: \"a b;=\"@example.org\r\n\r\n")
            ->find("i=\"a=20b=3B=3D\"@example.org") != std::string::npos);
}

TEST_CASE("messages that cannot be signed") {
  struct Row {
    std::string message;
    std::string why;
  };

  const Row rows[] = {
      {"", "0 From headers"},
      {"Subject: x\r\n\r\nFrom: a@example.org\r\n", "0 From headers"},
      {"From: a@example.org\r\nfrom: b@example.org\r\n\r\n", "2 From headers"},
      {"From: a@example.org\r\nno field\r\n\r\n", "no header field"},
      {"From: a@example.org\r\n" + std::string(1 << 20, 'x') + "\r\n", "header section has more"},
  };
  for (const auto& row : rows) {
    const auto fields = sign({signing_with(ed25519_key(), "ed")}, row.message);
    REQUIRE_FALSE(fields);
    CAPTURE(fields.error().text);
    CHECK(fields.error().text.find(row.why) != std::string::npos);
  }
  auto signing = signing_with(ed25519_key(), "ed");
  signing.signed_names = {"Subject"};
  CHECK(sign({signing}, mail).error().text.find("From must be signed") != std::string::npos);
}
