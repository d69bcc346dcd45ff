#include "store/threads.h"

#include <algorithm>

namespace mox::store {

namespace {

// How many messages with one hash are looked at: more than a few share a Message-ID only when
// somebody sends the same message again and again, and then the newest will do.
constexpr std::size_t max_same_id = 8;
constexpr std::size_t max_same_subject = 16;
constexpr std::size_t max_references_looked_at = 20;

constexpr std::int64_t subject_window_before = 28 * 86400;
constexpr std::int64_t subject_window_after = 86400;

std::optional<ContentRecord> content(const Txn::State& state, AccountId account,
                                     MessageId message) {
  const auto row = state.db.get(Key(account, Table::content).message(message));
  if (!row) return std::nullopt;
  return decode_content(*row);
}

// A delivery report has a subject of its own, and belongs to the message that it is about.
bool is_delivery_report(const message::Summary& summary) {
  std::string lower = summary.bodystructure;
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return lower.find("\"report\" (") != std::string::npos &&
         lower.find("\"delivery-status\"") != std::string::npos;
}

// Messages with one of the hashes, newest first. What waits is looked through only where there may
// be one among it.
std::vector<MessageId> with_message_id(const Txn::State& state, AccountId account,
                                       std::uint64_t hash, std::size_t limit) {
  if (!state.workshop.waiting.may_have(account, hash)) {
    return state.snapshot.with_indexed_message_id(account, hash, limit);
  }
  return state.snapshot.with_message_id(account, hash, limit);
}

std::vector<MessageId> with_subject(const Txn::State& state, AccountId account, std::uint64_t hash,
                                    std::size_t limit) {
  if (!state.workshop.waiting.may_have(account, hash)) {
    return state.snapshot.with_indexed_subject(account, hash, limit);
  }
  return state.snapshot.with_subject(account, hash, limit);
}

std::optional<ThreadId> by_reference(Txn::State& state, AccountId account, const ThreadFacts& facts,
                                     bool any_subject, std::string_view id) {
  const auto hash = keyed_hash(state.workshop.hash_key, id);
  for (const auto candidate : with_message_id(state, account, hash, max_same_id)) {
    const auto found = content(state, account, candidate);
    if (!found) continue;
    if (any_subject || found->content.subject_hash == facts.subject_hash) {
      return found->content.thread;
    }
  }
  return std::nullopt;
}

std::optional<ThreadId> by_subject(Txn::State& state, AccountId account, const ThreadFacts& facts) {
  for (const auto candidate : with_subject(state, account, facts.subject_hash, max_same_subject)) {
    const auto found = content(state, account, candidate);
    if (!found || found->mailbox != facts.mailbox) continue;
    const auto age = facts.received - found->content.received;
    if (age <= subject_window_before && age >= -subject_window_after) return found->content.thread;
  }
  return std::nullopt;
}

} // namespace

std::optional<ThreadId> find_thread(Txn::State& state, AccountId account, const ThreadFacts& facts,
                                    const message::Summary& summary) {
  if (facts.message_id_hash != 0) {
    for (const auto same : with_message_id(state, account, facts.message_id_hash, 1)) {
      if (const auto found = content(state, account, same)) return found->content.thread;
    }
  }
  const auto& references = summary.references;
  const bool any_subject =
      (!references.empty() || !summary.in_reply_to.empty()) && is_delivery_report(summary);
  if (!references.empty()) {
    std::size_t looked_at = 0;
    for (auto id = references.rbegin();
         id != references.rend() && looked_at < max_references_looked_at; ++id, ++looked_at) {
      if (auto thread = by_reference(state, account, facts, any_subject, *id)) return thread;
    }
    return std::nullopt;
  }
  if (!summary.in_reply_to.empty()) {
    return by_reference(state, account, facts, any_subject, summary.in_reply_to);
  }
  if (summary.is_response && facts.subject_hash != 0) return by_subject(state, account, facts);
  return std::nullopt;
}

void look_ahead(const Snapshot& snapshot, AccountId account, const message::Summary& summary) {
  const auto look = [&](std::string_view id) {
    if (!id.empty()) snapshot.with_indexed_message_id(account, snapshot.hash(id), 1);
  };
  look(summary.message_id);
  // Most find their thread by the nearest one.
  look(summary.references.empty() ? summary.in_reply_to : summary.references.back());
}

} // namespace mox::store
