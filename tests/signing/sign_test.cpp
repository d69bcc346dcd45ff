// Signatures of what users send, of a message in memory and of one in a file.
#include "dkim/keys.h"
#include "signing/sign.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/temporary_folder.h"

using namespace mox;
using namespace mox::test;

namespace {

constexpr std::string_view header = "From: joe@example.org\r\nSubject: x\r\n\r\n";
constexpr std::string_view added = "Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n";

class World {
public:
  World() {
    store::Options options;
    options.folder = folder_ / "store";
    options.engine = store::Engine::memory;
    options.min_free_space = 0;
    store_ = store::Store::open(options, clock_, random_, {}).value();
  }

  Result<std::string> sign(std::string_view text, std::vector<dkim::Signing> signings) {
    spool::Spool spool(*store_, pool_, budget_);
    for (std::size_t at = 0; at < text.size(); at += 60'000)
      REQUIRE(loop_.run(spool.append(text.substr(at, 60'000))));
    return loop_.run(
        signing::sign(std::move(signings), added, spool, pool_, WallTime(signing_time)));
  }

private:
  TemporaryFolder folder_;
  FakeClock clock_;
  FakeRandom random_;
  Loop loop_;
  async::Pool pool_{1};
  spool::Budget budget_;
  std::unique_ptr<store::Store> store_;
};

std::vector<std::string_view> statuses(std::string_view text) {
  dkim::Verifier verifier({.now = signing_time});
  verifier.feed(text);
  verifier.finish();
  std::vector<std::string_view> all;
  for (const auto& verdict : verifier.verdicts(usual_keys()))
    all.push_back(to_string(verdict.status));
  return all;
}

} // namespace

TEST_CASE("signing: a message of any size, with each key, what was added included") {
  World world;
  const auto size = GENERATE(as<std::size_t>{}, 0, 10, 256 * 1024, 256 * 1024 + 1, 1'500'003);
  CAPTURE(size);
  std::string text(header);
  while (text.size() < size + header.size()) text += "line of a body\r\n";
  const auto fields =
      world.sign(text, {signing_with(rsa_key(), "rsa"), signing_with(ed25519_key(), "ed")});
  REQUIRE(fields);
  const auto whole = *fields + std::string(added) + text;
  CHECK(statuses(whole) == std::vector<std::string_view>{"pass", "pass"});
  // Date was added here, and is signed.
  const auto other = *fields + "Date: Thu, 1 Jan 2026 00:00:01 +0000\r\n" + text;
  CHECK(statuses(other) == std::vector<std::string_view>{"fail", "fail"});
}

TEST_CASE("signing: nothing without a key, an error without one author") {
  World world;
  CHECK(world.sign(header, {}) == "");
  const auto refused = world.sign("From: a@example.org\r\nFrom: b@example.org\r\n\r\n",
                                  {signing_with(rsa_key(), "rsa")});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::invalid);
}
