#include "store/proof_log.h"

#include <algorithm>
#include <limits>

namespace mox::store {

namespace {

constexpr Modseq no_row = std::numeric_limits<Modseq>::max();

bool of_same_change(const auto& one, const auto& other) {
  return std::get<0>(one) == std::get<0>(other) && std::get<1>(one) == std::get<1>(other) &&
         std::get<2>(one) == std::get<2>(other);
}

} // namespace

LogInProof::LogInProof(const AccountInProof& account) {
  const auto& [rows, findings, id, name, record] = account;
  Modseq first = no_row;
  const auto visit = [&](std::string_view key, Uid last) {
    const auto modseq = key_u64(key, key_body);
    first = std::min(first, modseq);
    if (record && (modseq > record->modseq || modseq < record->log_floor)) {
      findings.wrong("log", "{} has a row at modseq {}, outside its log", name, modseq);
    }
    add({static_cast<ChangeKind>(key.at(key_body + 8)), MailboxId{key_u32(key, key_body + 9)},
         modseq, key_u32(key, key_body + 13)},
        last);
  };
  rows.each_record(
      id, Table::change, decode_change,
      [&](std::string_view key, const ChangeRecord& change) { visit(key, change.last); },
      // It may have told of any that follow.
      [&](std::string_view key) { visit(key, std::numeric_limits<Uid>::max()); });
  // Where the account cannot say it, all that is older than the first row may have been trimmed.
  floor_ = record ? record->log_floor : first;
}

// Rows come in the order of their first UIDs.
void LogInProof::add(const Place& place, Uid last) {
  const auto next = told_.lower_bound(place);
  if (next != told_.begin()) {
    const auto& [before, before_last] = *std::prev(next);
    if (of_same_change(before, place)) last = std::max(last, before_last);
  }
  told_.emplace_hint(next, place, last);
}

// What is at or below the floor has been trimmed.
bool LogInProof::is_told(ChangeKind kind, MailboxId mailbox, Modseq modseq, Uid uid) const {
  if (modseq <= floor_) return true;
  const Place place{kind, mailbox, modseq, uid};
  const auto above = told_.upper_bound(place);
  if (above == told_.begin()) return false;
  const auto& [row, last] = *std::prev(above);
  return of_same_change(row, place) && last >= uid;
}

} // namespace mox::store
