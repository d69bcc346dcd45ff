// The rows of a store in memory, for tests that damage them one by one.
#pragma once

#include "full_store.h"
#include "store/proof.h"
#include "store/txn_state.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace mox::store::test {

// More than Full has: another account with one message; a mailbox that was deleted with message 1
// in it; and a row in "to" that a COPY has staged, of message 3.
struct Wide : Full {
  Wide() {
    zoe = change([](Txn& transaction) { return transaction.create_account("zoe"); });
    zoes_inbox =
        change([&](Txn& transaction) { return transaction.create_mailbox(zoe, "Inbox", 0); })
            .back()
            .id;
    const auto one = message(mail("6", "sixth"));
    change([&](Txn& transaction) { return transaction.add_message(zoe, zoes_inbox, one); });
    const auto gone = make("gone");
    change([&](Txn& transaction) { return transaction.copy(account, inbox, gone, range(1, 1)); });
    change([&](Txn& transaction) { return transaction.delete_mailbox(account, "gone"); });
    check_clean();
    tamper([&](Rows& rows) { stage(rows); });
  }

  Key staging_of(MailboxId mailbox) const {
    return Key(no_account, Table::staging)
        .u32(static_cast<std::uint32_t>(account))
        .mailbox(mailbox);
  }

  void stage(Rows& rows) const {
    const auto mailbox_key = Key(account, Table::mailbox).mailbox(to);
    auto record = decode_mailbox(*rows.get(mailbox_key));
    const auto first = record.staged_from = record.mailbox.uidnext;
    const auto placed = decode_placement(*rows.get(placement(3)));
    StagingRecord staging{.first = first, .next = first + 1};
    count_in(staging.counts, placed);
    auto row = decode_content(*rows.get(content(3)));
    ++row.content.references;
    const auto content_bytes = encode(row);
    const auto placement_bytes = encode(placed);
    rows.put(mailbox_key, encode(record));
    rows.put(staging_of(to), encode(staging));
    rows.put(content(3), {content_bytes.data(), content_bytes.size()});
    rows.put(Key(account, Table::placement).mailbox(to).u32(first),
             {placement_bytes.data(), placement_bytes.size()});
  }

  AccountId zoe{};
  MailboxId zoes_inbox{};
};

// The rows of a store in memory, where damage is quickly done and mended. The blob log stays on
// disk.
class Copied {
public:
  explicit Copied(const Full& store)
      : database_(database::open_memory()),
        segments_(*bloblog::Segments::open({.folder = store.options.folder / "blobs"})) {
    const auto original = *database::open_lmdb({.folder = store.options.folder, .read_only = true});
    const auto transaction = original->read();
    auto cursor = transaction->cursor();
    for (bool there = cursor->seek(Key(no_account, Table::meta)); there; there = cursor->next()) {
      rows_.emplace(cursor->key(), cursor->value());
    }
    change([&](Rows& rows) {
      for (const auto& [key, value] : rows_) rows.put(key, value);
    });
  }

  const std::map<std::string, std::string>& rows() const { return rows_; }

  void change(const std::function<void(Rows&)>& make) {
    REQUIRE(database_->write([&](Rows& rows) -> Result<> {
      make(rows);
      return ok();
    }));
  }

  void put(std::string_view key, std::string_view value) {
    change([&](Rows& rows) { rows.put(key, value); });
  }

  Verification proof() const {
    auto result = prove(*database_, *segments_);
    REQUIRE(result);
    return *std::move(result);
  }

  const database::Database& database() const { return *database_; }

  bloblog::Segments& segments() const { return *segments_; }

private:
  std::unique_ptr<database::Database> database_;
  std::unique_ptr<bloblog::Segments> segments_;
  std::map<std::string, std::string> rows_;
};

inline Table table_of(std::string_view key) {
  return static_cast<Table>(key.at(key_body - 1));
}

} // namespace mox::store::test
