#include "store/proof.h"

#include "bloblog/reader.h"
#include "store/format.h"
#include "store/snapshot.h"
#include "store/txn_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace mox::store {

namespace {

constexpr std::size_t max_errors_of_a_kind = 20;

std::uint64_t number(auto id) {
  return static_cast<std::uint64_t>(id);
}

class Proof {
public:
  Proof(const database::Database& database, bloblog::Segments& segments)
      : database_(database), segments_(segments), transaction_(database.read()),
        snapshot_(*transaction_) {}

  Verification run();

private:
  template <class... Values>
  void wrong(std::string_view kind, fmt::format_string<Values...> text, Values&&... values) {
    auto& count = counts_[std::string(kind)];
    if (++count > max_errors_of_a_kind) return;
    result_.errors.push_back(
        fmt::format("{}: {}", kind, fmt::format(text, std::forward<Values>(values)...)));
  }

  // Visits the rows of a table: visit(key, value).
  template <class Visit> void rows(AccountId account, Table table, Visit visit) {
    const Key prefix(account, table);
    auto cursor = transaction_->cursor();
    for (bool there = cursor->seek(prefix); there && cursor->key().starts_with(prefix);
         there = cursor->next()) {
      visit(cursor->key(), cursor->value());
    }
  }

  void check_format();
  void check_account(AccountId id, std::string_view name);
  void check_names();
  void check_mailboxes();
  void check_placements();
  void check_expunged();
  void check_contents();
  void check_message_rows();
  void check_threads();
  void check_pending();
  void check_log();
  bool is_told(ChangeKind kind, MailboxId mailbox, Modseq modseq, Uid uid) const;
  void check_placing(std::uint64_t message, const bloblog::Location& placing);
  void check_erasures();
  void check_blobs();
  void check_blob(BlobId id, const BlobRecord& record);
  void check_segments();
  void check_strays();

  const database::Database& database_;
  bloblog::Segments& segments_;
  std::unique_ptr<database::ReadTransaction> transaction_;
  Snapshot snapshot_;
  Verification result_;
  std::map<std::string, std::size_t> counts_;

  CounterRecord counters_;
  // Of the whole store.
  std::set<AccountId> accounts_;
  std::unordered_map<std::uint64_t, std::uint32_t> blob_references_;
  std::map<std::uint32_t, std::uint64_t> live_;
  std::set<std::pair<AccountId, MailboxId>> doomed_mailboxes_;

  struct Erasure {
    Uid first = 0;
    Uid last = 0;
    std::int64_t time = 0;
  };

  std::map<std::pair<AccountId, MailboxId>, std::vector<Erasure>> erasures_;

  // Of the account at hand.
  AccountId id_{};
  AccountRecord account_;
  std::map<MailboxId, MailboxRecord> mailboxes_;
  std::map<MailboxId, StagingRecord> stagings_;
  std::map<MailboxId, Counts> counted_;
  std::map<MailboxId, Counts> staged_;
  std::unordered_map<std::uint64_t, std::uint32_t> references_; // by message
  std::unordered_map<std::uint64_t, std::uint32_t> sizes_;      // as placements have them
  std::unordered_map<std::uint64_t, ContentRecord> contents_;
  // The log: the last UID of each row, and of those before it that begin lower.
  std::map<std::tuple<ChangeKind, MailboxId, Modseq, Uid>, Uid> told_;
};

Verification Proof::run() {
  check_format();
  check_erasures();
  rows(no_account, Table::account_name, [&](std::string_view key, std::string_view value) {
    check_account(AccountId{decode_u32(value)}, key.substr(key_body));
  });
  rows(no_account, Table::login, [&](std::string_view key, std::string_view value) {
    if (!accounts_.contains(AccountId{decode_u32(value)})) {
      wrong("login", "{} is of no account", key.substr(key_body));
    }
  });
  check_strays();
  check_blobs();
  check_segments();
  for (const auto& [kind, count] : counts_) {
    if (count > max_errors_of_a_kind) {
      result_.errors.push_back(
          fmt::format("{}: {} more like these", kind, count - max_errors_of_a_kind));
    }
  }
  return std::move(result_);
}

void Proof::check_format() {
  const auto row = transaction_->get(name_key(no_account, Table::meta, "format"));
  const auto format = row ? decode_format(*row) : std::nullopt;
  if (!format || format->version != format_version) {
    wrong("format", "the stamp is missing or of another version");
  }
  const auto counters = transaction_->get(name_key(no_account, Table::meta, "counters"));
  if (counters) {
    counters_ = decode_counters(*counters);
  } else {
    wrong("format", "the counters are missing");
  }
}

void Proof::check_erasures() {
  rows(no_account, Table::erasure, [&](std::string_view key, std::string_view value) {
    const auto record = decode_erasure(value);
    const std::pair place{AccountId{key_u32(key, key_body + 4)},
                          MailboxId{key_u32(key, key_body + 8)}};
    if (record.whole_mailbox) {
      doomed_mailboxes_.insert(place);
    } else {
      erasures_[place].push_back(
          {key_u32(key, key_body + 12), record.last, key_u32(key, key_body)});
    }
  });
  rows(no_account, Table::staging, [&](std::string_view key, std::string_view) {
    const auto account = snapshot_.account(AccountId{key_u32(key, key_body)});
    if (!account) wrong("staging", "for account {}, which does not exist", key_u32(key, key_body));
  });
}

void Proof::check_account(AccountId id, std::string_view name) {
  const auto row = transaction_->get(Key(id, Table::account));
  if (!row) return wrong("account", "{} has no record", name);
  id_ = id;
  account_ = decode_account(*row);
  accounts_.insert(id);
  ++result_.accounts;
  mailboxes_.clear();
  stagings_.clear();
  counted_.clear();
  staged_.clear();
  references_.clear();
  sizes_.clear();
  contents_.clear();
  told_.clear();
  if (account_.name != name) wrong("account", "{} is called {} in its record", name, account_.name);
  if (number(id) >= counters_.next_account) wrong("account", "the id of {} is too high", name);
  if (account_.log_floor > account_.modseq) {
    wrong("account", "{} has a log floor above its modseq", name);
  }

  check_names();
  check_mailboxes();
  check_log();
  check_placements();
  check_expunged();
  check_contents();
  check_message_rows();
  check_threads();
  check_pending();
}

void Proof::check_names() {
  std::uint16_t expected = 0;
  rows(id_, Table::keyword, [&](std::string_view key, std::string_view value) {
    const auto at = static_cast<std::uint16_t>(static_cast<unsigned char>(key.at(key_body)) << 8U |
                                               static_cast<unsigned char>(key.at(key_body + 1)));
    if (at != expected++) wrong("keyword", "numbers of {} have a gap at {}", account_.name, at);
    const auto back = transaction_->get(name_key(id_, Table::keyword_name, value));
    if (!back || decode_u32(*back) != at) {
      wrong("keyword", "{} of {} has no number", value, account_.name);
    }
  });
  if (expected != account_.keywords) {
    wrong("keyword", "{} has {}, its record says {}", account_.name, expected, account_.keywords);
  }
  rows(id_, Table::credential, [&](std::string_view key, std::string_view value) {
    decode_credential(value);
    if (key_u32(key, key_body) >= account_.next_credential) {
      wrong("credential", "an id of {} is too high", account_.name);
    }
  });
}

void Proof::check_mailboxes() {
  std::map<std::uint32_t, MailboxId> uidvalidities;
  unsigned uses = 0;
  rows(id_, Table::mailbox, [&](std::string_view key, std::string_view value) {
    const MailboxId id{key_u32(key, key_body)};
    auto record = decode_mailbox(value);
    auto& mailbox = record.mailbox;
    mailbox.id = id;
    ++result_.mailboxes;
    const auto name = fmt::format("{} {}", account_.name, mailbox.name);
    const auto back = transaction_->get(name_key(id_, Table::mailbox_name, mailbox.name));
    if (!back || decode_u32(*back) != number(id)) {
      wrong("mailbox", "{} is not found by its name", name);
    }
    if (const auto slash = mailbox.name.rfind('/');
        slash != std::string::npos &&
        !transaction_->get(name_key(id_, Table::mailbox_name, mailbox.name.substr(0, slash)))) {
      wrong("mailbox", "{} has no parent", name);
    }
    if (mailbox.modseq > account_.modseq || mailbox.created > mailbox.modseq ||
        mailbox.created == 0) {
      wrong("mailbox", "{} has a wrong modseq", name);
    }
    if (mailbox.floor > account_.log_floor) wrong("mailbox", "{} has a floor too high", name);
    if (number(id) >= account_.next_mailbox) wrong("mailbox", "the id of {} is too high", name);
    if (mailbox.uidvalidity >= account_.next_uidvalidity ||
        !uidvalidities.emplace(mailbox.uidvalidity, id).second) {
      wrong("mailbox", "the UIDVALIDITY of {} is too high or not its own", name);
    }
    if ((uses & mailbox.special_use) != 0) wrong("mailbox", "{} shares a special use", name);
    uses |= mailbox.special_use;
    const auto staged = transaction_->get(
        Key(no_account, Table::staging).u32(static_cast<std::uint32_t>(id_)).mailbox(id));
    if (staged) stagings_[id] = decode_staging(*staged);
    if ((record.staged_from != 0) != staged.has_value() ||
        (staged && stagings_[id].first != record.staged_from)) {
      wrong("mailbox", "{} and its staged rows do not agree", name);
    }
    counted_[id];
    mailboxes_.emplace(id, std::move(record));
  });
  rows(id_, Table::mailbox_name, [&](std::string_view key, std::string_view value) {
    if (!mailboxes_.contains(MailboxId{decode_u32(value)})) {
      wrong("mailbox", "the name {} {} has no mailbox", account_.name, key.substr(key_body));
    }
  });
}

void Proof::check_placements() {
  std::uint64_t used = 0;
  rows(id_, Table::placement, [&](std::string_view key, std::string_view value) {
    const MailboxId mailbox{key_u32(key, key_body)};
    const auto uid = key_u32(key, key_body + 4);
    const auto record = decode_placement(value);
    ++references_[number(record.message)];
    if (const auto [place, fresh] = sizes_.emplace(number(record.message), record.size);
        !fresh && place->second != record.size) {
      wrong("placement", "message {} of {} has two sizes", number(record.message), account_.name);
    }
    const bool more =
        transaction_->get(Key(id_, Table::more_keywords).mailbox(mailbox).u32(uid)).has_value();
    if (more != record.more_keywords) {
      wrong("placement", "UID {} in mailbox {} of {} has lost keywords", uid, number(mailbox),
            account_.name);
    }
    const auto found = mailboxes_.find(mailbox);
    if (found == mailboxes_.end()) {
      if (!doomed_mailboxes_.contains({id_, mailbox})) {
        wrong("placement", "UID {} of {} is in mailbox {}, which does not exist", uid,
              account_.name, number(mailbox));
      }
      return;
    }
    const auto& owner = found->second;
    if (owner.staged_from != 0 && uid >= owner.staged_from) {
      count_in(staged_[mailbox], record);
      return;
    }
    ++result_.messages;
    used += record.size;
    count_in(counted_[mailbox], record);
    if (uid == 0 || uid >= owner.mailbox.uidnext) {
      wrong("placement", "UID {} in {} of {} is not below UIDNEXT {}", uid, owner.mailbox.name,
            account_.name, owner.mailbox.uidnext);
    }
    if (record.modseq == 0 || record.modseq > owner.mailbox.modseq) {
      wrong("placement", "UID {} in {} of {} has modseq {} above its mailbox's {}", uid,
            owner.mailbox.name, account_.name, record.modseq, owner.mailbox.modseq);
    }
    if (!is_told(ChangeKind::added, mailbox, record.modseq, uid) &&
        !is_told(ChangeKind::flags, mailbox, record.modseq, uid)) {
      wrong("log", "UID {} in {} of {} changed at modseq {}, of which the log does not tell", uid,
            owner.mailbox.name, account_.name, record.modseq);
    }
  });
  for (const auto& [id, counts] : counted_) {
    const auto& mailbox = mailboxes_.at(id).mailbox;
    if (counts == mailbox.counts) continue;
    wrong("counts",
          "{} of {} says {} messages, {} unseen, {} deleted, {} unread, {} bytes; counted {}, {}, "
          "{}, {}, {}",
          mailbox.name, account_.name, mailbox.counts.messages, mailbox.counts.unseen,
          mailbox.counts.deleted, mailbox.counts.unread, mailbox.counts.size, counts.messages,
          counts.unseen, counts.deleted, counts.unread, counts.size);
  }
  for (const auto& [id, staging] : stagings_) {
    if (staged_[id] != staging.counts) {
      wrong("staging", "the counts of mailbox {} of {} are wrong", number(id), account_.name);
    }
  }
  if (used != account_.used) {
    wrong("quota", "{} uses {} bytes, its record says {}", account_.name, used, account_.used);
  }
}

void Proof::check_expunged() {
  rows(id_, Table::expunged, [&](std::string_view key, std::string_view value) {
    const MailboxId mailbox{key_u32(key, key_body)};
    const auto uid = key_u32(key, key_body + 4);
    const auto record = decode_expunged(value);
    ++references_[number(record.placement.message)];
    if (transaction_->get(Key(id_, Table::placement).mailbox(mailbox).u32(uid))) {
      wrong("expunged", "UID {} in mailbox {} of {} is there as well", uid, number(mailbox),
            account_.name);
    }
    if (!is_told(ChangeKind::expunged, mailbox, record.placement.modseq, uid)) {
      wrong("log", "UID {} left mailbox {} of {} at modseq {}, of which the log does not tell", uid,
            number(mailbox), account_.name, record.placement.modseq);
    }
    const auto place = erasures_.find({id_, mailbox});
    const bool scheduled =
        place != erasures_.end() && std::ranges::any_of(place->second, [&](const Erasure& erasure) {
          return erasure.first <= uid && uid <= erasure.last && erasure.time >= record.removed;
        });
    if (!scheduled) {
      wrong("expunged", "UID {} in mailbox {} of {} would never be deleted", uid, number(mailbox),
            account_.name);
    }
  });
  rows(id_, Table::more_keywords, [&](std::string_view key, std::string_view value) {
    const MailboxId mailbox{key_u32(key, key_body)};
    const auto uid = key_u32(key, key_body + 4);
    if (decode_numbers(value).empty() ||
        (!transaction_->get(Key(id_, Table::placement).mailbox(mailbox).u32(uid)) &&
         !transaction_->get(Key(id_, Table::expunged).mailbox(mailbox).u32(uid)))) {
      wrong("keyword", "a row of mailbox {} of {} belongs to nothing", number(mailbox),
            account_.name);
    }
  });
}

void Proof::check_contents() {
  rows(id_, Table::content, [&](std::string_view key, std::string_view value) {
    const auto id = key_u64(key, key_body);
    const auto record = decode_content(value);
    const auto& content = record.content;
    const auto found = references_.find(id);
    const auto references = found == references_.end() ? 0 : found->second;
    if (content.references != references) {
      wrong("content", "message {} of {} has {} references, its record says {}", id, account_.name,
            references, content.references);
    }
    if (id >= account_.next_message) wrong("content", "message id {} is too high", id);
    if (const auto size = sizes_.find(id); size != sizes_.end() && size->second != content.size) {
      wrong("content", "message {} of {} has {} bytes, its placement says {}", id, account_.name,
            content.size, size->second);
    }
    ++blob_references_[number(content.blob)];
    live_[record.placing.segment] += bloblog::size_in_segment(record.placing);
    contents_.emplace(id, record);
    check_placing(id, record.placing);

    const auto rendering = transaction_->get(Key(id_, Table::rendering).message(MessageId{id}));
    const auto blob = transaction_->get(Key(no_account, Table::blob).u64(number(content.blob)));
    if (!rendering || !blob) {
      wrong("content", "message {} of {} has no rendering or no blob", id, account_.name);
      return;
    }
    const auto texts = decode_rendering(*rendering);
    if (texts.prefix.size() + decode_blob(*blob).location.length != content.size) {
      wrong("content", "message {} of {} is not as large as its parts", id, account_.name);
    }
  });
  for (const auto& [id, references] : references_) {
    if (!contents_.contains(id)) {
      wrong("content", "message {} of {} is placed but has no content", id, account_.name);
    }
  }
}

// Without it the message cannot be rebuilt when the database is lost.
void Proof::check_placing(std::uint64_t message, const bloblog::Location& placing) {
  const bloblog::Reader reader(segments_);
  auto header = reader.verify(placing);
  if (!header) {
    // A running server may have moved or deleted it since the snapshot.
    const auto newest = database_.read();
    const auto row = newest->get(Key(id_, Table::content).message(MessageId{message}));
    if (!row) return;
    const auto now = decode_content(*row).placing;
    if (now != placing) header = reader.verify(now);
  }
  if (!header) {
    wrong("bytes", "placing of message {} of {}: {}", message, account_.name, header.error().text);
  } else if (header->kind != bloblog::Kind::placing || header->id != message) {
    wrong("bytes", "message {} of {} has the placing of another one", message, account_.name);
  }
}

void Proof::check_message_rows() {
  rows(id_, Table::rendering, [&](std::string_view key, std::string_view) {
    if (!contents_.contains(key_u64(key, key_body))) {
      wrong("rendering", "message {} of {} has no content", key_u64(key, key_body), account_.name);
    }
  });
}

void Proof::check_threads() {
  std::size_t count = 0;
  rows(id_, Table::thread, [&](std::string_view key, std::string_view) {
    const auto thread = key_u64(key, key_body);
    const auto found = contents_.find(key_u64(key, key_body + 8));
    ++count;
    if (found == contents_.end() || number(found->second.content.thread) != thread) {
      wrong("thread", "thread {} of {} lists a message that is not in it", thread, account_.name);
    }
  });
  std::size_t with_id = 0;
  for (const auto& [id, record] : contents_) {
    const auto thread = number(record.content.thread);
    // A thread is named after its first message, which may be gone.
    if (thread == 0 || thread > id) wrong("thread", "message {} has no thread", id);
    if (record.content.message_id_hash != 0) ++with_id;
  }
  if (count != contents_.size()) {
    wrong("thread", "{} has {} messages, {} of them in threads", account_.name, contents_.size(),
          count);
  }
  rows(id_, Table::message_id, [&](std::string_view key, std::string_view) {
    const auto found = contents_.find(key_u64(key, key_body + 8));
    --with_id;
    if (found == contents_.end() ||
        found->second.content.message_id_hash != key_u64(key, key_body)) {
      wrong("message-id", "a row of {} belongs to no message", account_.name);
    }
  });
  if (with_id != 0) wrong("message-id", "messages of {} are not found by theirs", account_.name);
}

// Each message's subject and sender stand in their indexes, or both wait.
void Proof::check_pending() {
  std::set<std::uint64_t> waiting;
  rows(id_, Table::pending, [&](std::string_view key, std::string_view value) {
    const auto id = key_u64(key, key_body);
    const auto record = decode_pending(value);
    const auto found = contents_.find(id);
    waiting.insert(id);
    if (found == contents_.end() || found->second.content.subject_hash != record.subject_hash ||
        found->second.sender_hash != record.sender_hash) {
      wrong("pending", "a row of {} belongs to no message", account_.name);
    }
  });
  std::size_t subjects = 0;
  std::size_t senders = 0;
  const auto has = [&](Table table, std::uint64_t hash, std::uint64_t id) {
    return transaction_->get(Key(id_, table).u64(hash).u64(id)).has_value();
  };
  for (const auto& [id, record] : contents_) {
    if (waiting.contains(id)) continue;
    const auto subject = record.content.subject_hash;
    if (subject != 0 && ++subjects != 0 && !has(Table::subject, subject, id)) {
      wrong("subject", "message {} of {} is not found by its own", id, account_.name);
    }
    const auto sender = record.sender_hash;
    if (sender != 0 && ++senders != 0 && !has(Table::sender, sender, id)) {
      wrong("sender", "message {} of {} is not found by its own", id, account_.name);
    }
  }
  rows(id_, Table::subject, [&](std::string_view, std::string_view) { --subjects; });
  rows(id_, Table::sender, [&](std::string_view, std::string_view) { --senders; });
  if (subjects != 0) wrong("subject", "rows of {} belong to no message", account_.name);
  if (senders != 0) wrong("sender", "rows of {} belong to no message", account_.name);
}

void Proof::check_log() {
  snapshot_.changes(id_, 0, [&](const ChangeRow& row) {
    if (row.modseq > account_.modseq || row.modseq < account_.log_floor) {
      wrong("log", "{} has a row at modseq {}, outside its log", account_.name, row.modseq);
    }
    // Rows come in the order of their first UIDs.
    auto last = row.uids.last;
    const auto place = told_.lower_bound({row.kind, row.mailbox, row.modseq, row.uids.first});
    if (place != told_.begin()) {
      const auto& [before, before_last] = *std::prev(place);
      if (std::tie(std::get<0>(before), std::get<1>(before), std::get<2>(before)) ==
          std::tie(row.kind, row.mailbox, row.modseq)) {
        last = std::max(last, before_last);
      }
    }
    told_.emplace(std::tuple{row.kind, row.mailbox, row.modseq, row.uids.first}, last);
    return true;
  });
}

// What is at or below the floor has been trimmed.
bool Proof::is_told(ChangeKind kind, MailboxId mailbox, Modseq modseq, Uid uid) const {
  if (modseq <= account_.log_floor) return true;
  const auto above = told_.upper_bound({kind, mailbox, modseq, uid});
  if (above == told_.begin()) return false;
  const auto& [row, last] = *std::prev(above);
  return std::get<0>(row) == kind && std::get<1>(row) == mailbox && std::get<2>(row) == modseq &&
         last >= uid;
}

// Rows of accounts that do not exist.
void Proof::check_strays() {
  auto cursor = transaction_->cursor();
  auto next = AccountId{1};
  while (cursor->seek(Key(next, Table::meta))) {
    const AccountId account{key_u32(cursor->key(), 0)};
    if (!accounts_.contains(account)) {
      wrong("account", "{} has rows but does not exist", number(account));
    }
    if (number(account) == 0xFFFFFFFF) return;
    next = AccountId{static_cast<std::uint32_t>(account) + 1};
  }
}

void Proof::check_blobs() {
  std::set<std::uint64_t> files;
  rows(no_account, Table::blob, [&](std::string_view key, std::string_view value) {
    const BlobId id{key_u64(key, key_body)};
    const auto record = decode_blob(value);
    ++result_.blobs;
    result_.bytes += record.location.length;
    const auto found = blob_references_.find(number(id));
    const auto references = found == blob_references_.end() ? 0 : found->second;
    if (references != record.references) {
      wrong("blob", "{} has {} references, its record says {}", number(id), references,
            record.references);
    }
    if (number(id) >= counters_.next_blob) wrong("blob", "the id {} is too high", number(id));
    const auto& counted = record.location.is_large() ? record.note : record.location;
    live_[counted.segment] += bloblog::size_in_segment(counted);
    if (record.location.is_large()) {
      files.insert(record.location.file_number());
      const auto row =
          transaction_->get(Key(no_account, Table::large).u64(record.location.file_number()));
      if (!row || decode_u64(*row) != number(id)) {
        wrong("blob", "{} is not found by its file", number(id));
      }
    }
    check_blob(id, record);
  });
  rows(no_account, Table::large, [&](std::string_view key, std::string_view) {
    if (!files.contains(key_u64(key, key_body))) {
      wrong("blob", "a file {:x} is of no blob", key_u64(key, key_body));
    }
  });
}

void Proof::check_blob(BlobId id, const BlobRecord& record) {
  const bloblog::Reader reader(segments_);
  auto header = reader.verify(record.location);
  if (!header) {
    // A running server may have moved or deleted it since the snapshot.
    const auto newest = database_.read();
    const auto row = newest->get(Key(no_account, Table::blob).u64(number(id)));
    if (!row) return;
    const auto now = decode_blob(*row);
    if (now.location != record.location) header = reader.verify(now.location);
  }
  if (!header) {
    wrong("bytes", "blob {}: {}", number(id), header.error().text);
  } else if (!record.location.is_large() && header->id != number(id)) {
    wrong("bytes", "blob {} has the bytes of another one", number(id));
  }
}

void Proof::check_segments() {
  rows(no_account, Table::segment, [&](std::string_view key, std::string_view value) {
    const auto segment = key_u32(key, key_body);
    const auto counted = live_[segment];
    live_.erase(segment);
    if (counted != decode_u64(value)) {
      wrong("segment", "{} has {} live bytes, its record says {}", segment, counted,
            decode_u64(value));
    }
  });
  for (const auto& [segment, bytes] : live_) {
    if (bytes != 0) wrong("segment", "{} has no record of its live bytes", segment);
  }
}

} // namespace

Result<Verification> prove(const database::Database& database, bloblog::Segments& segments) {
  return Proof(database, segments).run();
}

} // namespace mox::store
