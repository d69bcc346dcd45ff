#include "dkim/digest.h"
#include "dkim/key.h"
#include "dkim/keys.h"
#include "support/catch.h"

using namespace mox;
using namespace mox::dkim;

TEST_CASE("keys are made, written and read") {
  for (const auto* key : {&test::rsa_key(), &test::ed25519_key()}) {
    const auto pem = key->pem();
    CHECK(pem.view().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    const auto read = parse_private_key(pem.view());
    REQUIRE(read);
    CHECK(read->type() == key->type());
    CHECK(read->bits() == key->bits());
    CHECK(read->public_key().bytes() == key->public_key().bytes());
    const auto hash = digest(Hash::sha256, "text");
    const auto signature = read->sign(Hash::sha256, hash).value();
    const auto known = read_public_key(key->type(), key->public_key().bytes());
    REQUIRE(known);
    CHECK(known->bits() == key->bits());
    CHECK(known->verify(Hash::sha256, hash, signature));
    CHECK_FALSE(known->verify(Hash::sha256, digest(Hash::sha256, "other"), signature));
    CHECK_FALSE(known->verify(Hash::sha256, hash, ""));
    CHECK_FALSE(known->verify(Hash::sha256, hash, signature.substr(1)));
    CHECK_FALSE(known->verify(Hash::sha256, hash, signature + "x"));
  }
  CHECK_FALSE(PublicKey().verify(Hash::sha256, digest(Hash::sha256, ""), "x"));
  CHECK(PublicKey().bytes().empty());
}

TEST_CASE("keys that are none") {
  CHECK_FALSE(parse_private_key(""));
  CHECK_FALSE(parse_private_key("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
  CHECK_FALSE(parse_public_key("x"));
  CHECK_FALSE(read_public_key(KeyType::ed25519, std::string(31, 'x')));
  CHECK_FALSE(read_public_key(KeyType::rsa, std::string(32, 'x')));
  CHECK_FALSE(read_public_key(KeyType::rsa, ""));
  CHECK_FALSE(read_public_key(KeyType::rsa, std::string(100'000, '0')));
  const auto weak = make_rsa_key(768).value();
  CHECK(parse_private_key(weak.pem().view()).error().text ==
        "an RSA key has 1024 to 8192 bits, this has 768");
  CHECK(read_public_key(KeyType::rsa, weak.public_key().bytes())->bits() == 768);
  // An Ed25519 key where an RSA key should be.
  const std::string other("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
  CHECK_FALSE(read_public_key(KeyType::rsa, other + test::ed25519_key().public_key().bytes()));
}
