// Rows as a proof reads them: one that cannot be read is an error, and not the end.
#pragma once

#include "store/damaged_record.h"
#include "store/format.h"
#include "store/proof_findings.h"

#include <optional>
#include <string_view>

namespace mox::store {

// A damaged row is reported where its table is gone through, and only there. Who comes upon it from
// elsewhere decodes with if_readable() and takes what it says for unknown: so one damage is one
// error, and the walk over each table is what makes sure of it.
class ProofRows {
public:
  ProofRows(const database::ReadTransaction& transaction, Findings& findings)
      : transaction_(transaction), findings_(findings) {}

  std::optional<std::string_view> get(std::string_view key) const { return transaction_.get(key); }

  bool has(std::string_view key) const { return get(key).has_value(); }

  // A name that fits in no key has no row.
  std::optional<std::string_view> by_name(AccountId account, Table table,
                                          std::string_view name) const;

  // The rows of a table whose values are not records: visit(key, value).
  template <class Visit> void each(AccountId account, Table table, Visit visit) const {
    const Key prefix(account, table);
    auto cursor = transaction_.cursor();
    for (bool there = cursor->seek(prefix); there && cursor->key().starts_with(prefix);
         there = cursor->next()) {
      if (has_whole_key(table, cursor->key())) visit(cursor->key(), cursor->value());
    }
  }

  // The rows of a table: visit(key, record), or lost(key) when there is no reading the record.
  template <class Decode, class Visit, class Lost>
  void each_record(AccountId account, Table table, Decode decode, Visit visit, Lost lost) const {
    each(account, table, [&](std::string_view key, std::string_view value) {
      if (auto record = if_readable(decode, value)) {
        visit(key, *std::move(record));
      } else {
        report_damage(key);
        lost(key);
      }
    });
  }

  // For tables that nothing else is held against.
  template <class Decode, class Visit>
  void each_record(AccountId account, Table table, Decode decode, Visit visit) const {
    each_record(account, table, decode, visit, [](std::string_view) {});
  }

  // For a record that is read by itself.
  void report_damage(std::string_view key) const;

private:
  // Reports a key that ends too early.
  bool has_whole_key(Table table, std::string_view key) const;

  const database::ReadTransaction& transaction_;
  Findings& findings_;
};

} // namespace mox::store
