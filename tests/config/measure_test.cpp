// How long a large configuration takes. Hidden: ask for it with [measure].
#include "config/files.h"
#include "config/lookup.h"
#include "support/catch.h"

#include <fmt/format.h>

#include <chrono>

using namespace mox;
using namespace mox::config;
using Clock = std::chrono::steady_clock;

namespace {

std::string large() {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += fmt::format("[domains.\"d{}.example.org\"]\nlocalpart-catchall-separator = \"+\"\n", i);
  for (int i = 0; i < 10'000; ++i)
    text += fmt::format("[accounts.user{0}]\ndomain = \"d{1}.example.org\"\nfull-name = \"User "
                        "{0}\"\n[accounts.user{0}.destinations]\n\"user{0}@d{1}.example.org\" = "
                        "{{}}\n\"second{0}@d{1}.example.org\" = {{ mailbox = \"Second\" }}\n",
                        i, i % 1000);
  return text;
}

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

} // namespace

TEST_CASE("10,000 accounts and 1,000 domains", "[.][measure]") {
  auto host = std::make_shared<Static>();
  host->postmaster = {.account = "user0", .mailbox = "Inbox"};
  const auto text = large();
  for (int round = 0; round < 5; ++round) {
    const auto start = Clock::now();
    auto read = parse_domains(text, "/domains.toml", *host);
    REQUIRE(read);
    const auto parsed = Clock::now();
    const AddressBook book(host, std::make_shared<const Domains>(*std::move(read)));
    const auto indexed = Clock::now();
    constexpr int lookups = 1'000'000;
    const auto domain = dns::parse_name("d77.example.org").value();
    const address::Localpart localpart{"User5077+x"};
    std::size_t found = 0;
    for (int i = 0; i < lookups; ++i)
      found += std::get<AccountAddress>(book.find(localpart, domain)).account.size();
    CHECK(found == lookups * std::string_view("user5077").size());
    fmt::print("{} bytes: read and checked {:.0f} ms, indexed {:.0f} ms, {:.0f} ns a lookup\n",
               text.size(), milliseconds(parsed - start), milliseconds(indexed - parsed),
               milliseconds(Clock::now() - indexed));
  }
}
