// Passwords: an account's own, and those for single programs.
#include "admin/families.h"
#include "admin/find.h"
#include "json/writer.h"
#include "login/secret.h"
#include "sasl/verifiers.h"
#include "store/txn.h"
#include "text/secret.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace mox::admin {

namespace {

constexpr std::string_view own_password = "password";
constexpr std::array<std::string_view, 2> doors = {"imap", "submission"};

Result<std::string> secret_for(std::string_view password, Random& random) {
  MOX_TRY_ASSIGN(verifiers, sasl::make_verifiers(password, random));
  return login::to_secret(verifiers);
}

// The first line.
std::string_view line_of(std::string_view input) {
  auto line = input.substr(0, input.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Result<> put(Place& place, store::AccountId account, store::Credential credential) {
  return place.store.write_blocking<void>([&](store::Txn& txn) -> Result<> {
    MOX_TRY(txn.set_credential(account, credential));
    return ok();
  });
}

// 120 bits, in groups that can be read out.
std::string generate(Random& random) {
  constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789"; // 32, none like another
  constexpr std::size_t groups = 6;
  constexpr std::size_t group_size = 4;
  std::string password;
  for (const auto byte : random.bytes(groups * group_size)) {
    if (password.size() % (group_size + 1) == group_size) password += '-';
    password += letters.at(static_cast<unsigned char>(byte) % letters.size());
  }
  return password;
}

Result<std::string> scope_of(std::string_view words) {
  std::string scope;
  while (!words.empty()) {
    const auto end = std::min(words.find(','), words.size());
    const auto word = words.substr(0, end);
    if (std::ranges::find(doors, word) == doors.end())
      return failure(ErrorKind::invalid,
                     fmt::format("--scope {:?} is not among {}", word, fmt::join(doors, ", ")));
    scope += fmt::format("{}{}", scope.empty() ? "" : " ", word);
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return scope;
}

Result<std::int64_t> expiry_of(std::string_view days, std::int64_t now) {
  constexpr std::int64_t day = 86400;
  constexpr std::int64_t most_days = 36500;
  if (days.empty()) return 0;
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(days.begin(), days.end(), count);
  if (error != std::errc() || end != days.end() || count < 1 || count > most_days)
    return failure(
        ErrorKind::invalid,
        fmt::format("--expires {:?} is not a number of days from 1 to {}", days, most_days));
  return now + count * day;
}

std::string date_of(std::int64_t time) {
  if (time == 0) return "never";
  return fmt::format("{:%Y-%m-%d %H:%M}", fmt::gmtime(static_cast<std::time_t>(time)));
}

std::vector<store::Credential> passwords_of(const Place& place, store::AccountId account) {
  auto all = place.store.read().credentials(account);
  std::erase_if(all, [](const store::Credential& credential) {
    return credential.kind != store::CredentialKind::app;
  });
  return all;
}

} // namespace

Result<std::string> set_account_password(Place& place, const Parameters& given,
                                         std::string_view input) {
  MOX_TRY_ASSIGN(account, find_account(place, given[0]));
  MOX_TRY_ASSIGN(secret, secret_for(line_of(input), place.random));
  MOX_TRY(put(place, account.id,
              {.kind = store::CredentialKind::password,
               .name = std::string(own_password),
               .secret = std::move(secret),
               .created = unix_seconds(place.clock.wall())}));
  return fmt::format("password of {} set\n", account.name);
}

Result<std::string> password_add(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(account, find_account(place, given[0]));
  const auto& name = given[1];
  MOX_TRY(check_label(name));
  const auto present = passwords_of(place, account.id);
  if (std::ranges::find(present, name, &store::Credential::name) != present.end())
    return failure(ErrorKind::exists,
                   fmt::format("{} has a password called {:?} already; remove it first, or take "
                               "another name",
                               account.name, name));
  const auto now = unix_seconds(place.clock.wall());
  MOX_TRY_ASSIGN(scope, scope_of(given.value("--scope")));
  MOX_TRY_ASSIGN(expires, expiry_of(given.value("--expires"), now));
  const auto password = generate(place.random);
  MOX_TRY_ASSIGN(secret, secret_for(password, place.random));
  MOX_TRY(put(place, account.id,
              {.kind = store::CredentialKind::app,
               .name = name,
               .scope = std::move(scope),
               .secret = std::move(secret),
               .created = now,
               .expires = expires}));
  return password + "\n";
}

Result<std::string> password_list(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(account, find_account(place, given[0]));
  const auto all = passwords_of(place, account.id);
  if (given.given("--json")) {
    json::Writer writer;
    writer.array();
    for (const auto& one : all) {
      writer.object().member("name", one.name);
      writer.member("scope", one.scope);
      writer.member("created", one.created);
      writer.member("expires", one.expires);
      writer.member("lastused", one.last_used).end();
    }
    writer.end();
    return std::move(writer).text() + "\n";
  }
  std::string text = "name\tscope\tcreated\texpires\tlast used\n";
  for (const auto& one : all)
    text += fmt::format("{}\t{}\t{}\t{}\t{}\n", one.name, one.scope.empty() ? "all" : one.scope,
                        date_of(one.created), date_of(one.expires), date_of(one.last_used));
  return text;
}

Result<std::string> password_rm(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(account, find_account(place, given[0]));
  for (const auto& one : passwords_of(place, account.id)) {
    if (one.name != given[1]) continue;
    MOX_TRY(place.store.write_blocking<void>(
        [&](store::Txn& txn) { return txn.remove_credential(account.id, one.id); }));
    return std::string();
  }
  return failure(ErrorKind::not_found,
                 fmt::format("{} has no password called {:?}", account.name, given[1]));
}

} // namespace mox::admin
