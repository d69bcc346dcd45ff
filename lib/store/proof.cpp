#include "store/proof.h"

#include "store/proof_account.h"
#include "store/proof_blobs.h"
#include "store/proof_erasures.h"
#include "store/proof_login_attempts.h"

#include <set>
#include <vector>

namespace mox::store {

namespace {

class Proof {
public:
  Proof(const database::Database& database, bloblog::Segments& segments)
      : transaction_(database.read()), rows_(*transaction_, findings_), erasures_(rows_),
        blobs_(database, segments, rows_, findings_) {}

  Verification run();

private:
  void check_format();
  void find_accounts();
  void check_stagings();
  void check_accounts();
  void check_account(AccountId id, std::string_view name);
  void check_lost_accounts(const std::set<std::string, std::less<>>& lost_names);
  void check_logins();
  void check_public_keys();
  void check_login_attempts();
  void check_strays();

  Findings findings_;
  std::unique_ptr<database::ReadTransaction> transaction_;
  ProofRows rows_;
  Erasures erasures_;
  BlobProof blobs_;
  std::optional<CounterRecord> counters_;
  std::vector<AccountId> with_rows_; // account numbers of all keys
  std::set<AccountId> accounts_;     // those that exist
  std::uint64_t login_attempts_ = 0; // rows
  Verification result_;
};

Verification Proof::run() {
  check_format();
  find_accounts();
  check_stagings();
  check_accounts();
  check_logins();
  check_public_keys();
  check_login_attempts();
  check_strays();
  blobs_.run(counters_, result_);
  result_.errors = findings_.take();
  return std::move(result_);
}

void Proof::check_format() {
  const auto row = rows_.get(name_key(no_account, Table::meta, "format"));
  const auto format = row ? decode_format(*row) : std::nullopt;
  if (!format || format->version != format_version) {
    findings_.wrong("format", "the stamp is missing or of another version");
  }
  const auto key = Key(no_account, Table::counters);
  if (const auto counters = rows_.get(key)) {
    counters_ = if_readable(decode_counters, *counters);
    if (!counters_) rows_.report_damage(key);
  } else {
    findings_.wrong("format", "the counters are missing");
  }
}

void Proof::find_accounts() {
  auto cursor = transaction_->cursor();
  bool there = cursor->seek(Key(AccountId{1}, Table::meta));
  while (there) {
    const auto key = cursor->key();
    if (key.size() < key_body) {
      findings_.wrong("account", "a key is too short to be of any");
      there = cursor->next();
      continue;
    }
    const auto account = key_u32(key, 0);
    with_rows_.push_back(AccountId{account});
    there = account != 0xFFFFFFFF && cursor->seek(Key(AccountId{account + 1}, Table::meta));
  }
}

void Proof::check_stagings() {
  const auto check = [&](std::string_view key) {
    const auto account = key_u32(key, key_body);
    if (!rows_.has(Key(AccountId{account}, Table::account))) {
      findings_.wrong("staging", "for account {}, which does not exist", account);
    }
  };
  rows_.each_record(
      no_account, Table::staging, decode_staging,
      [&](std::string_view key, const StagingRecord&) { check(key); }, check);
}

void Proof::check_accounts() {
  std::set<std::string, std::less<>> lost_names;
  rows_.each_record(
      no_account, Table::account_name, decode_u32,
      [&](std::string_view key, std::uint32_t id) {
        check_account(AccountId{id}, key.substr(key_body));
      },
      [&](std::string_view key) { lost_names.emplace(key.substr(key_body)); });
  if (!lost_names.empty()) check_lost_accounts(lost_names);
}

void Proof::check_account(AccountId id, std::string_view name) {
  const Key key(id, Table::account);
  const auto row = rows_.get(key);
  if (!row) return findings_.wrong("account", "{} has no record", name);
  const AccountInProof account{.rows = rows_,
                               .findings = findings_,
                               .id = id,
                               .name = std::string(name),
                               .record = if_readable(decode_account, *row)};
  accounts_.insert(id);
  ++result_.accounts;
  if (counters_ && static_cast<std::uint32_t>(id) >= counters_->next_account) {
    findings_.wrong("account", "the id of {} is too high", name);
  }
  if (const auto& record = account.record) {
    if (record->name != name) {
      findings_.wrong("account", "{} is called {} in its record", name, record->name);
    }
    if (record->log_floor > record->modseq) {
      findings_.wrong("account", "{} has a log floor above its modseq", name);
    }
  } else {
    rows_.report_damage(key);
  }
  login_attempts_ += prove_login_attempts(rows_, findings_, id, name);
  prove_account(account, erasures_, blobs_, result_);
}

// Those of damaged names are known by their own records; where these are damaged too, by number.
void Proof::check_lost_accounts(const std::set<std::string, std::less<>>& lost_names) {
  for (const auto id : with_rows_) {
    const auto row = rows_.get(Key(id, Table::account));
    if (accounts_.contains(id) || !row) continue;
    const auto record = if_readable(decode_account, *row);
    if (!record) {
      check_account(id, fmt::format("account {}", static_cast<std::uint32_t>(id)));
    } else if (lost_names.contains(record->name)) {
      check_account(id, record->name);
    }
  }
}

void Proof::check_logins() {
  rows_.each_record(no_account, Table::login, decode_u32,
                    [&](std::string_view key, std::uint32_t id) {
                      if (!accounts_.contains(AccountId{id})) {
                        findings_.wrong("login", "{} is of no account", key.substr(key_body));
                      }
                    });
}

// That each key of an account has its row is proven with the account.
void Proof::check_public_keys() {
  const auto has_key = [&](AccountId account, std::string_view fingerprint) {
    auto cursor = transaction_->cursor();
    for (bool there = cursor->seek(Key(account, Table::credential));
         there && in_table(cursor->key(), account, Table::credential); there = cursor->next()) {
      const auto credential = if_readable(decode_credential, cursor->value());
      // One that cannot be read is named with its account.
      if (!credential || credential->secret == fingerprint) return true;
    }
    return false;
  };
  rows_.each_record(no_account, Table::public_key, decode_u32,
                    [&](std::string_view key, std::uint32_t id) {
                      if (!has_key(AccountId{id}, key.substr(key_body))) {
                        findings_.wrong("public key", "one is no credential of account {}", id);
                      }
                    });
}

// How many there are in all, those of nobody included.
void Proof::check_login_attempts() {
  login_attempts_ += prove_login_attempts(rows_, findings_, no_account, "nobody");
  const Key key(no_account, Table::login_attempts);
  std::optional<std::uint64_t> number = 0;
  if (const auto row = rows_.get(key)) number = if_readable(decode_u64, *row);
  if (!number) return rows_.report_damage(key);
  if (*number != login_attempts_) {
    findings_.wrong("login attempts", "there are {}, and {} are counted", login_attempts_, *number);
  }
}

// Rows of accounts that do not exist.
void Proof::check_strays() {
  for (const auto id : with_rows_) {
    if (accounts_.contains(id)) continue;
    findings_.wrong("account", "{} has rows but does not exist", static_cast<std::uint32_t>(id));
  }
}

} // namespace

Result<Verification> prove(const database::Database& database, bloblog::Segments& segments) {
  return Proof(database, segments).run();
}

} // namespace mox::store
