#include "support/catch.h"
#include "tls/certificate.h"
#include "tls/public_key.h"

#include <chrono>
#include <string>

using namespace mox;

TEST_CASE("a client's key is made again from its seed") {
  const auto now = std::chrono::system_clock::now();
  const auto made = tls::make_client_key("web1", now).value();
  const auto again =
      tls::client_key_from(text::Secret(std::string(made.seed.view())), "other", now).value();
  CHECK(again.pem.key == made.pem.key);
  CHECK(again.seed.view() == made.seed.view());
  const auto first = tls::read_public_key(made.pem.certificate).value();
  const auto second = tls::read_public_key(again.pem.certificate).value();
  CHECK(first.fingerprint == second.fingerprint);
  CHECK(second.name == "other");
  CHECK(second.type == "ed25519");
  CHECK(tls::Certificate::from_pem(again.pem.certificate, again.pem.key, "test"));

  for (const std::size_t size : {0U, 31U, 33U}) {
    CAPTURE(size);
    const auto wrong = tls::client_key_from(text::Secret(std::string(size, 'x')), "web1", now);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == ErrorKind::invalid);
  }
  CHECK_FALSE(tls::client_key_from(text::Secret(std::string(32, 'x')), "", now));
}
