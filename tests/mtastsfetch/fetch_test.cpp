#include "dns/zone.h"
#include "mtastsfetch/fetch.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/fake_web.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <string>
#include <vector>

using namespace mox;
using namespace mox::mtastsfetch;
using HttpProblem = httpclient::Problem;

namespace {

const std::string url = "https://mta-sts.d.example/.well-known/mta-sts.txt";
const std::string policy = "version: STSv1\nmode: enforce\nmx: mx.d.example\nmax_age: 86400\n";

dns::Name name(std::string_view text) {
  return dns::parse_name(text).value();
}

struct World {
  test::Loop loop;
  test::FakeWeb web;

  std::string record(const std::string& zone, const std::string& domain = "d.example") {
    resolver::ZoneResolver resolver(dns::parse_zone(zone).value());
    const auto found = loop.run(lookup_record(resolver, name(domain), test::soon()));
    if (found) return found->record.id + (found->authentic ? " authentic" : "");
    return std::string(found.error().reason());
  }

  Result<FoundPolicy, Failure> fetch(const std::string& zone) {
    resolver::ZoneResolver resolver(dns::parse_zone(zone).value());
    return loop.run(fetch_policy(resolver, web, name("d.example"), test::soon()));
  }

  std::string problem() {
    const auto found = fetch("mta-sts.d.example. 300 IN A 127.0.0.9\n");
    if (found) return "";
    CHECK(!found.error().text.empty());
    return std::string(found.error().reason()) + " " + std::string(found.error().result_type());
  }
};

} // namespace

TEST_CASE("the record of a domain") {
  World world;
  const std::string at = "_mta-sts.d.example. 300 IN ";
  CHECK(world.record(at + "TXT \"v=STSv1; id=7\"\n") == "7");
  CHECK(world.record(";!secure\n" + at + "TXT \"v=STSv1; id=7\"\n") == "7 authentic");
  CHECK(world.record(at + "TXT \"v=STSv1; \" \"id=7\"\n" + at + "TXT \"other\"\n") == "7");
  CHECK(world.record(at + "CNAME e.example.\ne.example. 300 IN TXT \"v=STSv1; id=8\"\n") == "8");
  CHECK(world.record("") == "no-record");
  CHECK(world.record(at + "TXT \"other\"\n") == "no-record");
  CHECK(world.record(at + "A 127.0.0.1\n") == "no-record");
  CHECK(world.record(at + "TXT \"v=STSv1\"\n") == "record-syntax");
  CHECK(world.record(at + "TXT \"v=STSv1; id=7\"\n" + at + "TXT \"v=STSv1; id=8\"\n") ==
        "several-records");
  CHECK(world.record(";!servfail _mta-sts.d.example.\n") == "dns");
  CHECK(world.record(";!timeout _mta-sts.d.example.\n") == "dns");
  CHECK(world.record(";!bogus _mta-sts.d.example.\n") == "dns");
  const std::string label(63, 'a');
  CHECK(world.record("", label + "." + label + "." + label + "." + std::string(60, 'b')) ==
        "no-record");
}

TEST_CASE("the policy of a domain") {
  World world;
  world.web.page(url, policy);
  const auto found = world.fetch("mta-sts.d.example. 300 IN A 127.0.0.9\n");
  REQUIRE(found);
  CHECK(found->text == policy);
  CHECK(found->policy.mode == mtasts::Mode::enforce);
  const auto& request = world.web.requests.at(0);
  CHECK(request.redirects == 0);
  CHECK(request.body_limit == 65536);
  CHECK(request.addresses == std::vector{net::Address::v4({127, 0, 0, 9})});
}

TEST_CASE("policies that cannot be had") {
  World world;
  CHECK(world.problem() == "no-policy sts-policy-fetch-error"); // 404
  for (const unsigned status : {201u, 204u, 301u, 302u, 307u, 400u, 403u, 410u, 500u, 503u}) {
    CAPTURE(status);
    world.web.status(url, status);
    CHECK(world.problem() == "fetch sts-policy-fetch-error");
  }
  for (const auto why : {HttpProblem::certificate_expired, HttpProblem::certificate_name,
                         HttpProblem::certificate_untrusted}) {
    world.web.fail(url, why);
    CHECK(world.problem() == "certificate sts-webpki-invalid");
  }
  for (const auto why : {HttpProblem::network, HttpProblem::timeout, HttpProblem::tls,
                         HttpProblem::too_large, HttpProblem::malformed}) {
    world.web.fail(url, why);
    CHECK(world.problem() == "fetch sts-policy-fetch-error");
  }
  world.web.page(url, policy, "text/html");
  CHECK(world.problem() == "fetch sts-policy-fetch-error");
  world.web.page(url, policy, "");
  CHECK(world.problem().empty());
  world.web.page(url, "<html>");
  CHECK(world.problem() == "policy-syntax sts-policy-invalid");
}

TEST_CASE("a host of the policy that cannot be found") {
  World world;
  CHECK(world.fetch("").error().problem == Problem::no_policy);
  CHECK(world.fetch(";!servfail mta-sts.d.example.\n").error().problem == Problem::fetch);
  CHECK(world.web.requests.empty());
}
