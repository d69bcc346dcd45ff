#include "resolver/resolv_conf.h"
#include "resolver/stub_resolver.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using resolver::parse_resolv_conf;

namespace {

std::vector<std::string> servers(std::string_view text) {
  std::vector<std::string> result;
  for (const auto& address : parse_resolv_conf(text).servers) result.push_back(address.to_string());
  return result;
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("name servers of resolv.conf") {
  CHECK(servers("") == Strings{"127.0.0.1"});
  CHECK(servers("# nothing\nsearch example.org\n") == Strings{"127.0.0.1"});
  CHECK(servers("nameserver 192.0.2.1\nnameserver\t2001:db8::1 # x\r\n") ==
        Strings{"192.0.2.1", "2001:db8::1"});
  CHECK(servers("nameserver 127.0.0.53") == Strings{"127.0.0.53"});
  CHECK(servers("; nameserver 192.0.2.1\nnameserver x\nnameserver\nnameserver fe80::1%eth0\n") ==
        Strings{"127.0.0.1"});
  CHECK(servers("nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n"
                "nameserver 192.0.2.4\n")
            .size() == 3);
}

TEST_CASE("options of resolv.conf") {
  const auto plain = parse_resolv_conf("");
  CHECK_FALSE(plain.trust_ad);
  CHECK(plain.timeout == 5s);
  CHECK(plain.attempts == 2);
  const auto all =
      parse_resolv_conf("options edns0 trust-ad timeout:7\noptions  attempts:3 rotate");
  CHECK(all.trust_ad);
  CHECK(all.timeout == 7s);
  CHECK(all.attempts == 3);
  const auto extreme = parse_resolv_conf("options timeout:99999 attempts:99\n");
  CHECK(extreme.timeout == 30s);
  CHECK(extreme.attempts == 5);
  const auto least = parse_resolv_conf("options timeout:0 attempts:0\n");
  CHECK(least.timeout == 1s);
  CHECK(least.attempts == 1);
  const auto odd = parse_resolv_conf("options timeout: attempts:x timeout:-1 trust-adx\n");
  CHECK(odd.timeout == 5s);
  CHECK(odd.attempts == 2);
  CHECK_FALSE(odd.trust_ad);
  CHECK_FALSE(parse_resolv_conf("#options trust-ad\n").trust_ad);
}

TEST_CASE("a resolver as resolv.conf says") {
  const auto options = resolver::options_of(
      parse_resolv_conf("nameserver 192.0.2.1\noptions trust-ad timeout:3 attempts:1\n"));
  REQUIRE(options.servers.size() == 1);
  CHECK(options.servers[0].endpoint.to_string() == "192.0.2.1:53");
  CHECK(options.servers[0].trusted);
  CHECK(options.timeout == 3s);
  CHECK(options.attempts == 1);
}
