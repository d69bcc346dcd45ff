// How long it takes to read 1,000 domains and 10,000 accounts, and to look up an address, in time
// of the processor: other programs matter less then. Run by hand; see lib/config/README.md.
#include "config/files.h"
#include "config/lookup.h"
#include "toml/document.h"

#include <fmt/format.h>

#include <ctime>
#include <memory>
#include <string>

namespace {

using namespace mox;
using namespace mox::config;

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

double milliseconds() {
  return static_cast<double>(std::clock()) * 1000 / CLOCKS_PER_SEC;
}

void measure(const std::string& text) {
  auto host = std::make_shared<Static>();
  host->postmaster = {.account = "user0", .mailbox = "Inbox"};
  const auto begin = milliseconds();
  static_cast<void>(toml::parse(text).value());
  const auto start = milliseconds();
  auto config =
      std::make_shared<const Domains>(parse_domains(text, "/domains.toml", *host).value());
  const auto read = milliseconds();
  const AddressBook book(host, std::move(config));
  const auto indexed = milliseconds();
  constexpr int lookups = 1'000'000;
  const auto domain = dns::parse_name("d77.example.org").value();
  const address::Localpart localpart{"User5077+x"};
  for (int i = 0; i < lookups; ++i)
    static_cast<void>(std::get<AccountAddress>(book.find(localpart, domain)));
  fmt::print("{} bytes: TOML alone {:.0f} ms, read and checked {:.0f} ms, indexed {:.0f} ms; a "
             "lookup {:.0f} ns\n",
             text.size(), start - begin, read - start, indexed - read,
             (milliseconds() - indexed) * 1e6 / lookups);
}

} // namespace

int main() {
  const auto text = large();
  for (int round = 0; round < 5; ++round) measure(text);
}
