#include "imapserver/search_program.h"

#include "imapserver/search_message.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mox::imapserver {

namespace {

using Key = imap::SearchKey;
using Kind = Key::Kind;
using Cost = SearchNode::Cost;

// Each of them may go over every byte of every message.
constexpr std::size_t max_body_keys = 100;

constexpr std::int64_t day_seconds = 24 * 60 * 60;

std::int32_t day_of(const imap::Date& date) {
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

// The calendar day in the zone that belongs to the time (RFC 9051 section 6.4.4).
std::int64_t day_of(std::int64_t seconds, std::int16_t zone_minutes) {
  const auto local = seconds + std::int64_t{zone_minutes} * 60;
  return local >= 0 ? local / day_seconds : -((-local + day_seconds - 1) / day_seconds);
}

Cost cost_of(Kind kind) {
  switch (kind) {
  case Kind::larger:
  case Kind::smaller:
  case Kind::before:
  case Kind::on:
  case Kind::since:
  case Kind::older:
  case Kind::younger: return Cost::content;
  case Kind::sent_before:
  case Kind::sent_on:
  case Kind::sent_since: return Cost::rendering;
  case Kind::header: return Cost::header;
  case Kind::body:
  case Kind::text: return Cost::body;
  default: return Cost::placement;
  }
}

class Compiler {
public:
  Compiler(const FlagNames& names, const store::UidSet& uids) : names_(names), uids_(uids) {}

  // The grammar bounds the depth (SearchKey::max_depth).
  std::expected<SearchNode, Failure> compile(const Key& key) {
    SearchNode node;
    node.key = &key;
    node.cost = cost_of(key.kind);
    if (auto prepared = prepare(node); !prepared)
      return std::unexpected(std::move(prepared).error());
    for (const auto& child : key.keys) {
      auto inner = compile(child);
      if (!inner) return inner;
      node.cost = std::max(node.cost, inner->cost);
      node.nodes.push_back(std::move(*inner));
    }
    std::ranges::sort(node.nodes, {}, &SearchNode::cost);
    return node;
  }

private:
  Outcome prepare(SearchNode& node) {
    const auto& key = *node.key;
    switch (key.kind) {
    case Kind::sequence:
    case Kind::uid:
      if (key.set.saved) return bad("a saved search result is not offered");
      node.set = key.set.resolve(key.kind == Kind::uid ? uids_.max() : uids_.size());
      break;
    case Kind::flag:
      node.flag = system_flag(key.text);
      if (node.flag == 0) node.keyword = names_.number_of(key.text);
      break;
    case Kind::body:
    case Kind::text:
      if (++body_keys_ > max_body_keys) return no("LIMIT", "too many keys for one search");
      node.needle.emplace(key.text);
      break;
    case Kind::header:
      node.needle.emplace(key.text);
      if (!key.text.empty() && envelope_field(key.field)) node.cost = Cost::rendering;
      break;
    case Kind::before:
    case Kind::on:
    case Kind::since:
    case Kind::sent_before:
    case Kind::sent_on:
    case Kind::sent_since:
    case Kind::saved_before:
    case Kind::saved_on:
    case Kind::saved_since: node.day = day_of(key.date); break;
    default: break;
    }
    return done();
  }

  const FlagNames& names_;
  const store::UidSet& uids_;
  std::size_t body_keys_ = 0;
};

bool has_flag(const SearchNode& node, const store::Flags& flags) {
  if (node.flag != 0) return (flags.system & node.flag) != 0;
  return node.keyword && flags.keywords.contains(*node.keyword);
}

bool all_match(const SearchNode& node, SearchMessage& message) {
  return std::ranges::all_of(node.nodes,
                             [&](const auto& inner) { return matches(inner, message); });
}

bool any_matches(const SearchNode& node, SearchMessage& message) {
  return std::ranges::any_of(node.nodes,
                             [&](const auto& inner) { return matches(inner, message); });
}

// Dates of INTERNALDATE, of the Date field and of RFC 8514; a message without the date matches
// none.
std::optional<std::int64_t> day_asked(Kind kind, SearchMessage& message) {
  switch (kind) {
  case Kind::before:
  case Kind::on:
  case Kind::since: return day_of(message.content().received, message.content().received_zone);
  case Kind::saved_before:
  case Kind::saved_on:
  case Kind::saved_since: return day_of(message.placement().saved, 0);
  default: {
    const auto sent = message.sent();
    if (!sent) return std::nullopt;
    return day_of(sent->seconds, sent->zone_minutes);
  }
  }
}

bool matches_day(const SearchNode& node, SearchMessage& message) {
  const auto day = day_asked(node.key->kind, message);
  if (!day) return false;
  switch (node.key->kind) {
  case Kind::before:
  case Kind::sent_before:
  case Kind::saved_before: return *day < node.day;
  case Kind::on:
  case Kind::sent_on:
  case Kind::saved_on: return *day == node.day;
  default: return *day >= node.day;
  }
}

bool matches_plainly(const SearchNode& node, SearchMessage& message) {
  const auto& key = *node.key;
  switch (key.kind) {
  case Kind::all:
  case Kind::savedate_supported: return true;
  case Kind::sequence: return imap::contains(node.set, message.number());
  case Kind::uid: return imap::contains(node.set, message.placement().uid);
  case Kind::flag: return has_flag(node, message.placement().flags);
  case Kind::recent: return false;
  case Kind::header: return message.header_has(key.field, *node.needle);
  case Kind::body: return message.body_has(*node.needle);
  case Kind::text: return message.text_has(*node.needle);
  case Kind::larger: return message.content().size > key.number;
  case Kind::smaller: return message.content().size < key.number;
  case Kind::older:
    return message.now() - message.content().received >= static_cast<std::int64_t>(key.number);
  case Kind::younger:
    return message.now() - message.content().received <= static_cast<std::int64_t>(key.number);
  case Kind::modseq: return message.placement().modseq >= key.number;
  case Kind::conjunction: return all_match(node, message);
  case Kind::disjunction: return any_matches(node, message);
  case Kind::negation: return !all_match(node, message);
  default: return matches_day(node, message);
  }
}

const SearchNode* leading_set(const SearchNode& program) {
  const auto is_set = [](const SearchNode& node) {
    const auto kind = node.key->kind;
    return (kind == Kind::sequence || kind == Kind::uid) && !node.key->negated;
  };
  if (is_set(program)) return &program;
  if (program.key->kind != Kind::conjunction || program.key->negated) return nullptr;
  const auto found = std::ranges::find_if(program.nodes, is_set);
  return found == program.nodes.end() ? nullptr : &*found;
}

} // namespace

std::expected<SearchNode, Failure> compile_search(const Key& key, const FlagNames& names,
                                                  const store::UidSet& uids) {
  return Compiler(names, uids).compile(key);
}

std::vector<Run> candidates(const SearchNode& program, const store::UidSet& uids) {
  const auto* const set = leading_set(program);
  if (set == nullptr) return select_ranges(uids, uids.runs());
  return set->key->kind == Kind::uid ? select_uids(uids, set->key->set)
                                     : select_numbers(uids, set->key->set);
}

bool asks_modseq(const Key& key) {
  return key.kind == Kind::modseq || std::ranges::any_of(key.keys, asks_modseq);
}

bool matches(const SearchNode& node, SearchMessage& message) {
  return matches_plainly(node, message) != node.key->negated;
}

} // namespace mox::imapserver
