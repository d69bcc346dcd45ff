// Public keys by which TLS clients log in.
#include "admin/families.h"
#include "admin/find.h"
#include "json/writer.h"
#include "store/txn.h"
#include "text/base64.h"
#include "tls/public_key.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace mox::admin {

namespace {

struct Row {
  std::string account;
  store::Credential credential;
  std::string type;
};

std::vector<store::Credential> keys_of(const Place& place, store::AccountId account) {
  auto all = place.store.read().credentials(account);
  std::erase_if(all, [](const store::Credential& credential) {
    return credential.kind != store::CredentialKind::public_key;
  });
  return all;
}

Result<std::vector<Row>> rows(const Place& place, const Parameters& given) {
  std::vector<Row> all;
  const auto domains = place.configuration.domains();
  for (const auto& [name, settings] : domains->accounts) {
    const auto id = place.accounts.id_of(name);
    if (!id || (given.count() > 0 && given[0] != name)) continue;
    for (auto& credential : keys_of(place, *id)) {
      MOX_TRY_ASSIGN(key, tls::decode_public_key(credential.certificate));
      all.push_back({.account = name, .credential = std::move(credential), .type = key.type});
    }
  }
  return all;
}

Result<store::Snapshot::KeyOwner> find_key(const Place& place, std::string_view text) {
  const auto fingerprint = text::base64url_decode(text);
  if (fingerprint)
    if (auto owner = place.store.read().find_public_key(*fingerprint)) return *std::move(owner);
  return failure(
      ErrorKind::not_found,
      fmt::format("no account has the key {}; \"config tlspubkey list\" shows all", text));
}

std::string account_name(const Place& place, store::AccountId id) {
  const auto account = place.store.read().account(id);
  return account ? account->name : std::string();
}

} // namespace

Result<std::string> key_list(Place& place, const Parameters& given, std::string_view) {
  if (given.count() > 0) MOX_TRY(find_account(place, given[0]));
  MOX_TRY_ASSIGN(all, rows(place, given));
  std::string text = "fingerprint\ttype\tname\taccount\tlogin address\tno imap preauth\n";
  json::Writer writer;
  writer.array();
  for (const auto& [account, credential, type] : all) {
    const auto fingerprint = text::base64url_encode(credential.secret);
    text += fmt::format("{}\t{}\t{:?}\t{}\t{}\t{}\n", fingerprint, type, credential.name, account,
                        credential.login, credential.no_preauth);
    writer.object().member("fingerprint", fingerprint);
    writer.member("type", type).member("name", credential.name);
    writer.member("account", account).member("address", credential.login);
    writer.member("noimappreauth", credential.no_preauth).end();
  }
  writer.end();
  return given.given("--json") ? std::move(writer).text() + "\n" : text;
}

Result<std::string> key_get(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(owner, find_key(place, given[0]));
  MOX_TRY_ASSIGN(key, tls::decode_public_key(owner.credential.certificate));
  MOX_TRY_ASSIGN(pem, tls::certificate_to_pem(owner.credential.certificate));
  return fmt::format("type: {}\nname: {}\naccount: {}\naddress: {}\nno imap preauth: {}\n\n{}",
                     key.type, owner.credential.name, account_name(place, owner.account),
                     owner.credential.login, owner.credential.no_preauth, pem);
}

Result<std::string> key_add(Place& place, const Parameters& given, std::string_view input) {
  MOX_TRY_ASSIGN(key, tls::read_public_key(input));
  const auto user = place.accounts.find(given[0]);
  if (!user)
    return failure(ErrorKind::not_found, fmt::format("no account logs in as {}", given[0]));
  const auto name = given.count() > 1 ? given[1] : key.name;
  MOX_TRY(check_label(name));
  for (const auto& present : keys_of(place, user->account))
    if (present.name == name)
      return failure(ErrorKind::exists,
                     fmt::format("the account has a key called {:?} already; name another", name));
  MOX_TRY(place.store.write_blocking<void>([&](store::Txn& txn) -> Result<> {
    MOX_TRY(txn.set_credential(user->account, {.kind = store::CredentialKind::public_key,
                                               .name = name,
                                               .secret = key.fingerprint,
                                               .created = unix_seconds(place.clock.wall()),
                                               .login = user->login,
                                               .certificate = key.certificate,
                                               .no_preauth = given.given("--no-imap-preauth")}));
    return ok();
  }));
  return fmt::format("key {} added\n", text::base64url_encode(key.fingerprint));
}

Result<std::string> key_rm(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(owner, find_key(place, given[0]));
  MOX_TRY(place.store.write_blocking<void>(
      [&](store::Txn& txn) { return txn.remove_credential(owner.account, owner.credential.id); }));
  return std::string();
}

} // namespace mox::admin
