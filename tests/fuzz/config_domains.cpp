// links: config
// Any text is errors of one line each, or domains and accounts whose every address is found and is
// the account's own.
#include "config/canonical.h"
#include "config/files.h"
#include "config/lookup.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

using namespace mox;
using namespace mox::config;

void require(bool condition) {
  if (!condition) std::abort();
}

std::shared_ptr<const Static> host() {
  static const auto host = std::make_shared<const Static>(
      parse_static("data-dir = 'data'\nhostname = 'mx.host.example'\nlisteners = {}\n"
                   "postmaster = { account = 'mjl', mailbox = 'Inbox' }\n",
                   "/etc/mox/mox.toml")
          .value());
  return host;
}

void check_address(const AddressBook& book, const std::string& name, const std::string& key) {
  auto [localpart, domain] = parse_destination(key);
  const bool catchall = !localpart;
  if (catchall) localpart = address::Localpart{"surely nobody's"};
  const auto login = book.find_login(*localpart, domain);
  if (localpart->is_postmaster()) return;
  require(login.has_value() && login->account == name);
  const auto recipient = book.find(*localpart, domain);
  if (!std::holds_alternative<NoAddress>(recipient))
    require(book.may_send_as(name, *localpart, domain) == MaySend::yes);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  auto config = parse_domains(text, "/etc/mox/domains.toml", *host());
  if (!config) {
    require(!config.error().empty() && config.error().size() <= problem_limit + 1);
    for (const auto& problem : config.error()) {
      require(!problem.text.empty());
      require(to_string(problem).find('\n') == std::string::npos);
    }
    return 0;
  }
  const AddressBook book(host(), std::make_shared<const Domains>(*std::move(config)));
  for (const auto& [name, account] : book.domains().accounts)
    for (const auto& [key, destination] : account.destinations) check_address(book, name, key);
  return 0;
}
