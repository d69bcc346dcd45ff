#include "store/proof_placements.h"

#include "store/txn_state.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace mox::store {

namespace {

std::uint64_t number(auto id) {
  return static_cast<std::uint64_t>(id);
}

// A key of tables that are ordered by mailbox and UID.
MailboxId mailbox_of(std::string_view key) {
  return MailboxId{key_u32(key, key_body)};
}

Uid uid_of(std::string_view key) {
  return key_u32(key, key_body + 4);
}

class PlacementsProof {
public:
  PlacementsProof(const AccountInProof& account, const MailboxesInProof& mailboxes,
                  const LogInProof& log, const Erasures& erasures)
      : account_(account), mailboxes_(mailboxes), log_(log), erasures_(erasures) {}

  PlacedMessages run(Verification& totals);

private:
  struct Tally {
    Counts published;
    Counts staged;
    bool complete = true; // all its rows could be read
  };

  void check_row(MailboxId mailbox, Uid uid, const PlacementRecord& record);
  void count(MailboxId mailbox, Uid uid, const PlacementRecord& record);
  void check_published(const MailboxInProof& owner, MailboxId mailbox, Uid uid,
                       const PlacementRecord& record) const;
  void check_counts();
  void check_quota() const;
  void check_expunged(MailboxId mailbox, Uid uid, const ExpungedRecord& record);
  void check_more_keywords() const;
  bool has(Table table, MailboxId mailbox, Uid uid) const;

  template <class... Values>
  void wrong(std::string_view kind, fmt::format_string<Values...> text, Values&&... values) const {
    account_.findings.wrong(kind, text, std::forward<Values>(values)...);
  }

  const AccountInProof& account_;
  const MailboxesInProof& mailboxes_;
  const LogInProof& log_;
  const Erasures& erasures_;
  PlacedMessages placed_;
  std::map<MailboxId, Tally> tallies_;
  std::uint64_t messages_ = 0; // published
  std::uint64_t used_ = 0;     // bytes of those
};

PlacedMessages PlacementsProof::run(Verification& totals) {
  account_.rows.each_record(
      account_.id, Table::placement, decode_placement,
      [&](std::string_view key, const PlacementRecord& record) {
        check_row(mailbox_of(key), uid_of(key), record);
        count(mailbox_of(key), uid_of(key), record);
      },
      [&](std::string_view key) {
        placed_.lost.add();
        tallies_[mailbox_of(key)].complete = false;
      });
  check_counts();
  check_quota();
  account_.rows.each_record(
      account_.id, Table::expunged, decode_expunged,
      [&](std::string_view key, const ExpungedRecord& record) {
        check_expunged(mailbox_of(key), uid_of(key), record);
      },
      [&](std::string_view) { placed_.lost.add(); });
  check_more_keywords();
  totals.messages += messages_;
  return std::move(placed_);
}

bool PlacementsProof::has(Table table, MailboxId mailbox, Uid uid) const {
  return account_.rows.has(Key(account_.id, table).mailbox(mailbox).u32(uid));
}

void PlacementsProof::check_row(MailboxId mailbox, Uid uid, const PlacementRecord& record) {
  ++placed_.references[number(record.message)];
  if (const auto [place, fresh] = placed_.sizes.emplace(number(record.message), record.size);
      !fresh && place->second != record.size) {
    wrong("placement", "message {} of {} has two sizes", number(record.message), account_.name);
  }
  if (has(Table::more_keywords, mailbox, uid) != record.more_keywords) {
    wrong("placement", "UID {} in mailbox {} of {} has lost keywords", uid, number(mailbox),
          account_.name);
  }
}

void PlacementsProof::count(MailboxId mailbox, Uid uid, const PlacementRecord& record) {
  const auto found = mailboxes_.find(mailbox);
  if (found == mailboxes_.end()) {
    if (!erasures_.is_doomed(account_.id, mailbox)) {
      wrong("placement", "UID {} of {} is in mailbox {}, which does not exist", uid, account_.name,
            number(mailbox));
    }
    return;
  }
  const auto& owner = found->second;
  auto& tally = tallies_[mailbox];
  if (owner.staged_from != 0 && uid >= owner.staged_from) {
    count_in(tally.staged, record);
    return;
  }
  ++messages_;
  used_ += record.size;
  count_in(tally.published, record);
  check_published(owner, mailbox, uid, record);
}

void PlacementsProof::check_published(const MailboxInProof& owner, MailboxId mailbox, Uid uid,
                                      const PlacementRecord& record) const {
  if (const auto& limits = owner.mailbox) {
    if (uid == 0 || uid >= limits->uidnext) {
      wrong("placement", "UID {} in {} of {} is not below UIDNEXT {}", uid, owner.name,
            account_.name, limits->uidnext);
    }
    if (record.modseq == 0 || record.modseq > limits->modseq) {
      wrong("placement", "UID {} in {} of {} has modseq {} above its mailbox's {}", uid, owner.name,
            account_.name, record.modseq, limits->modseq);
    }
  }
  if (!log_.is_told(ChangeKind::added, mailbox, record.modseq, uid) &&
      !log_.is_told(ChangeKind::flags, mailbox, record.modseq, uid)) {
    wrong("log", "UID {} in {} of {} changed at modseq {}, of which the log does not tell", uid,
          owner.name, account_.name, record.modseq);
  }
}

void PlacementsProof::check_counts() {
  for (const auto& [id, owner] : mailboxes_) {
    const auto& tally = tallies_[id];
    if (!tally.complete) continue;
    if (owner.mailbox && tally.published != owner.mailbox->counts) {
      const auto& said = owner.mailbox->counts;
      const auto& counted = tally.published;
      wrong("counts",
            "{} of {} says {} messages, {} unseen, {} deleted, {} unread, {} bytes; counted {}, "
            "{}, {}, {}, {}",
            owner.name, account_.name, said.messages, said.unseen, said.deleted, said.unread,
            said.size, counted.messages, counted.unseen, counted.deleted, counted.unread,
            counted.size);
    }
    if (owner.staged && tally.staged != *owner.staged) {
      wrong("staging", "the counts of mailbox {} of {} are wrong", number(id), account_.name);
    }
  }
}

// What cannot be read may have had the bytes that are missing.
void PlacementsProof::check_quota() const {
  if (!account_.record || used_ == account_.record->used) return;
  const bool complete =
      std::ranges::all_of(tallies_, [](const auto& each) { return each.second.complete; }) &&
      std::ranges::all_of(mailboxes_,
                          [](const auto& each) { return each.second.mailbox.has_value(); });
  if (!complete && used_ < account_.record->used) return;
  wrong("quota", "{} uses {} bytes, its record says {}", account_.name, used_,
        account_.record->used);
}

void PlacementsProof::check_expunged(MailboxId mailbox, Uid uid, const ExpungedRecord& record) {
  const auto& placement = record.placement;
  ++placed_.references[number(placement.message)];
  if (has(Table::placement, mailbox, uid)) {
    wrong("expunged", "UID {} in mailbox {} of {} is there as well", uid, number(mailbox),
          account_.name);
  }
  if (!log_.is_told(ChangeKind::expunged, mailbox, placement.modseq, uid)) {
    wrong("log", "UID {} left mailbox {} of {} at modseq {}, of which the log does not tell", uid,
          number(mailbox), account_.name, placement.modseq);
  }
  if (!erasures_.is_scheduled(account_.id, mailbox, uid, record.removed)) {
    wrong("expunged", "UID {} in mailbox {} of {} would never be deleted", uid, number(mailbox),
          account_.name);
  }
}

void PlacementsProof::check_more_keywords() const {
  account_.rows.each_record(account_.id, Table::more_keywords, decode_numbers,
                            [&](std::string_view key, const std::vector<std::uint16_t>& numbers) {
                              const auto mailbox = mailbox_of(key);
                              const auto uid = uid_of(key);
                              if (numbers.empty() || (!has(Table::placement, mailbox, uid) &&
                                                      !has(Table::expunged, mailbox, uid))) {
                                wrong("keyword", "a row of mailbox {} of {} belongs to nothing",
                                      number(mailbox), account_.name);
                              }
                            });
}

} // namespace

PlacedMessages prove_placements(const AccountInProof& account, const MailboxesInProof& mailboxes,
                                const LogInProof& log, const Erasures& erasures,
                                Verification& totals) {
  return PlacementsProof(account, mailboxes, log, erasures).run(totals);
}

} // namespace mox::store
