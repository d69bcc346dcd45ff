#include "admin/deliver.h"

#include "delivery/deliver.h"
#include "sendmail/lines.h"
#include "smtp/path.h"
#include "spool/spool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace mox::admin {

namespace {

// A spool has no more than this in memory; one call at a time from whoever owns the data is no
// reason to share with what comes from the network.
constexpr std::size_t memory = 256U << 10U;

Result<smtp::Path> recipient_of(const control::Request& request) {
  if (request.parameters.size() != 1)
    return failure(ErrorKind::invalid,
                   fmt::format("deliver takes one address, not {}", request.parameters.size()));
  const auto& address = request.parameters.front();
  const auto written = fmt::format("<{}>", address);
  std::string_view rest = written;
  auto path = smtp::take_path(rest, false, false);
  if (!path)
    return failure(ErrorKind::invalid,
                   fmt::format("{:?} is not an address: {}", address, path.error()));
  if (!rest.empty())
    return failure(ErrorKind::invalid, fmt::format("{:?} is not an address", address));
  return *std::move(path);
}

Result<delivery::Lookup> look_up(const Place& place, const smtp::Path& recipient) {
  using Kind = delivery::Lookup::Kind;
  auto lookup = place.accounts.find(recipient);
  const auto address = smtp::to_string(recipient);
  switch (lookup.kind) {
  case Kind::found: return lookup;
  case Kind::unknown_domain:
    return failure(ErrorKind::not_found,
                   fmt::format("{} is not one of the configured domains", recipient.domain));
  case Kind::unknown_user:
    return failure(ErrorKind::not_found, fmt::format("nobody has the address {}", address));
  case Kind::disabled:
    return failure(ErrorKind::refused,
                   fmt::format("{} takes no mail for now; \"config domain enable\" changes that",
                               recipient.domain));
  case Kind::refused:
    return failure(ErrorKind::refused,
                   fmt::format("{} takes no mail, by its smtp-error: {}", address, lookup.text));
  }
  std::unreachable();
}

// One for each account, as from SMTP.
std::vector<delivery::Recipient> copies(const delivery::Lookup& lookup) {
  std::vector<delivery::Recipient> all;
  std::set<store::AccountId> have;
  for (const auto& destination : lookup.destinations)
    if (have.insert(destination.account).second)
      all.push_back({.destination = destination, .prefix = {}});
  return all;
}

std::uint64_t most_bytes(const config::Static& host) {
  std::int64_t most = 0;
  for (const auto& [name, listener] : host.listeners)
    most = std::max(most, listener.smtp_max_message_size);
  return static_cast<std::uint64_t>(most);
}

async::Task<Result<>> receive(control::Source& source, spool::Spool& spool, std::uint64_t most) {
  sendmail::LineReader lines(true);
  std::string text;
  for (bool more = true; more;) {
    const auto bytes = co_await source.read();
    if (!bytes) co_return std::unexpected(bytes.error());
    more = !bytes->empty();
    text.clear();
    if (more)
      lines.take(*bytes, text);
    else
      lines.finish(text);
    if (text.empty()) continue;
    if (spool.size() + text.size() > most)
      co_return failure(ErrorKind::invalid, fmt::format("the message has more than {} bytes, which "
                                                        "smtp-max-message-size in mox.toml allows",
                                                        most));
    const auto kept = co_await spool.append(text);
    if (!kept) co_return std::unexpected(kept.error());
  }
  if (spool.size() == 0)
    co_return failure(ErrorKind::invalid, "there is no message: the input is empty");
  co_return ok();
}

std::string told(const Place& place, const std::vector<delivery::Recipient>& recipients) {
  std::string text;
  const auto snapshot = place.store.read();
  for (const auto& [destination, prefix] : recipients) {
    const auto account = snapshot.account(destination.account);
    text += fmt::format("message delivered to account {}, mailbox {}\n",
                        account ? account->name : std::string(), destination.mailbox);
  }
  return text;
}

} // namespace

async::Task<Result<>> deliver(Place& place, async::Pool& pool, control::Call& call) {
  MOX_CO_TRY_ASSIGN(recipient, recipient_of(call.request));
  MOX_CO_TRY_ASSIGN(lookup, look_up(place, recipient));
  const auto recipients = copies(lookup);
  spool::Budget budget(memory);
  spool::Spool spool(place.store, pool, budget);
  const auto received =
      co_await receive(call.source, spool, most_bytes(*place.configuration.host()));
  if (!received) co_return std::unexpected(received.error());
  auto spooled = co_await spool.finish();
  if (!spooled) co_return std::unexpected(spooled.error());
  const auto now = unix_seconds(place.clock.wall());
  const auto stored = co_await delivery::deliver(place.store, recipients, std::move(spooled->body),
                                                 std::move(spooled->summary), spooled->bytes, now);
  if (!stored) co_return std::unexpected(stored.error());
  const auto address = smtp::to_string(recipient);
  place.log.info("control", "message delivered", {{"rcpt", address}, {"size", spool.size()}});
  const auto text = told(place, recipients);
  co_return co_await call.sink.write(text);
}

} // namespace mox::admin
