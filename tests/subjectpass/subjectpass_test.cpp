#include "subjectpass/subjectpass.h"
#include "support/catch.h"

#include <string>
#include <string_view>

using namespace mox;
using namespace mox::subjectpass;

namespace {

constexpr std::string_view key = "0123456789abcdef";
constexpr std::int64_t now = 1767225600; // a multiple of 256
constexpr std::chrono::hours period{12};

address::Address address_of(std::string_view text) {
  return address::parse_address(text).value();
}

const auto from = address_of("a@example.org");

Verdict verify_at(std::string_view subject, std::int64_t time) {
  return verify(subject, from, key, time, period);
}

} // namespace

TEST_CASE("a token holds the time and a signature") {
  // Made with Python's hmac: base64url(00 69 55 b9 + hmac_sha256(key, 006955b9
  // "a@example.org")[:12])
  CHECK(make(from, key, now) == "(pass:AGlVuZO7lgY26-K0842cew)");
  CHECK(make(from, key, now + 255) == make(from, key, now));
  CHECK(make(from, key, now + 256) != make(from, key, now));
  CHECK(make(from, key, now).size() == 29);
}

TEST_CASE("a token lets a message through until it expires") {
  const auto token = make(from, key, now);
  const auto subject = "Re: hello " + token;
  CHECK(verify_at(subject, now) == Verdict::valid);
  CHECK(verify_at(subject, now + 43'200) == Verdict::valid);
  CHECK(verify_at(subject, now + 43'201) == Verdict::expired);
  CHECK(verify_at(subject, now - 600) == Verdict::from_future);
  CHECK(verify_at(subject, now - 500) == Verdict::valid);
  CHECK(verify(subject, address_of("b@example.org"), key, now, period) == Verdict::wrong);
  CHECK(verify(subject, address_of("a@example.net"), key, now, period) == Verdict::wrong);
  CHECK(verify(subject, from, "0123456789abcdeF", now, period) == Verdict::wrong);
}

TEST_CASE("a token that mail programs have folded or quoted is found") {
  auto token = make(from, key, now);
  token.insert(15, "\r\n ");
  CHECK(verify_at("[list] Re: hello " + token + " (was: hi)", now) == Verdict::valid);
  CHECK(verify_at(make(from, key, now - 100'000) + make(from, key, now), now) == Verdict::valid);
  CHECK(verify_at("(pass:x)" + make(from, key, now), now) == Verdict::valid);
  CHECK(verify_at(make(from, key, now - 100'000) + "(pass:x)", now) == Verdict::expired);
}

TEST_CASE("what is no token") {
  CHECK(verify_at("", now) == Verdict::absent);
  CHECK(verify_at("hello (pass)", now) == Verdict::absent);
  CHECK(verify_at("(pass:", now) == Verdict::malformed);
  CHECK(verify_at("(pass:)", now) == Verdict::malformed);
  CHECK(verify_at("(pass:AAAA)", now) == Verdict::malformed);
  CHECK(verify_at("(pass:!!!!!!!!!!!!!!!!!!!!!!)", now) == Verdict::malformed);
  auto changed = make(from, key, now);
  changed[20] = changed[20] == 'A' ? 'B' : 'A';
  CHECK(verify_at(changed, now) == Verdict::wrong);
  auto version = make(from, key, now);
  version[6] = 'E'; // the first four bits
  CHECK(verify_at(version, now) == Verdict::unknown);
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "(pass:x)";
  CHECK(verify_at(many + make(from, key, now), now) == Verdict::malformed);
}
