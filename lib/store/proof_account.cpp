#include "store/proof_account.h"

#include "store/proof_log.h"
#include "store/proof_mailboxes.h"
#include "store/proof_messages.h"
#include "store/proof_placements.h"

#include <utility>

namespace mox::store {

namespace {

std::uint16_t keyword_number(std::string_view key) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(key.at(key_body)) << 8U |
                                    static_cast<unsigned char>(key.at(key_body + 1)));
}

void prove_keywords(const AccountInProof& account) {
  const auto& [rows, findings, id, name, record] = account;
  std::uint16_t expected = 0;
  rows.each(id, Table::keyword, [&](std::string_view key, std::string_view value) {
    const auto at = keyword_number(key);
    if (at != expected++) findings.wrong("keyword", "numbers of {} have a gap at {}", name, at);
    const auto back = rows.by_name(id, Table::keyword_name, value);
    if (!back || if_readable(decode_u32, *back).value_or(at) != at) {
      findings.wrong("keyword", "{} of {} has no number", value, name);
    }
  });
  if (record && expected != record->keywords) {
    findings.wrong("keyword", "{} has {}, its record says {}", name, expected, record->keywords);
  }
  rows.each_record(id, Table::keyword_name, decode_u32, [](std::string_view, std::uint32_t) {});
}

void prove_credentials(const AccountInProof& account) {
  account.rows.each_record(
      account.id, Table::credential, decode_credential,
      [&](std::string_view key, const Credential& credential) {
        if (account.record && key_u32(key, key_body) >= account.record->next_credential) {
          account.findings.wrong("credential", "an id of {} is too high", account.name);
        }
        if (credential.kind != CredentialKind::public_key) return;
        const auto row = account.rows.by_name(no_account, Table::public_key, credential.secret);
        // One that cannot be read is named where these rows are proven.
        const auto id = static_cast<std::uint32_t>(account.id);
        if (!row || if_readable(decode_u32, *row).value_or(id) != id) {
          account.findings.wrong("credential", "the public key {} of {} has no row",
                                 credential.name, account.name);
        }
      });
}

} // namespace

void prove_account(const AccountInProof& account, const Erasures& erasures, BlobProof& blobs,
                   Verification& totals) {
  prove_keywords(account);
  prove_credentials(account);
  const auto mailboxes = prove_mailboxes(account, totals);
  const LogInProof log(account);
  auto placed = prove_placements(account, mailboxes, log, erasures, totals);
  prove_messages(account, std::move(placed), blobs);
}

} // namespace mox::store
