#include "imapserver/view.h"

#include "store/store.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace mox::imapserver {

namespace {

// Above so many wanted messages a walk over all runs is cheaper than a search for each.
constexpr std::uint64_t walk_above = 256;

std::vector<Run> look_up_numbers(const store::UidSet& uids,
                                 std::span<const imap::SequenceRange> numbers) {
  std::vector<Run> runs;
  for (const auto& range : numbers) {
    for (std::uint32_t number = range.first; number <= range.last; ++number) {
      const auto uid = uids.at(number);
      if (!runs.empty() && runs.back().uids.last + 1 == uid)
        runs.back().uids.last = uid;
      else
        runs.push_back({number, {uid, uid}});
    }
  }
  return runs;
}

std::vector<Run> walk_numbers(const store::UidSet& uids,
                              std::span<const imap::SequenceRange> numbers) {
  std::vector<Run> runs;
  std::uint32_t next = 1; // number of the run's first UID
  auto wanted = numbers.begin();
  uids.for_each_run([&](const store::UidRange& run) {
    const std::uint32_t last = next + (run.last - run.first);
    while (wanted != numbers.end() && wanted->last < next) ++wanted;
    for (auto range = wanted; range != numbers.end() && range->first <= last; ++range) {
      const auto from = std::max(range->first, next);
      const auto to = std::min(range->last, last);
      runs.push_back({from, {run.first + (from - next), run.first + (to - next)}});
    }
    next = last + 1;
  });
  return runs;
}

std::vector<Run> walk_uids(const store::UidSet& uids, const UidRanges& ranges) {
  std::vector<Run> runs;
  std::uint32_t next = 1;
  auto wanted = ranges.begin();
  uids.for_each_run([&](const store::UidRange& run) {
    while (wanted != ranges.end() && wanted->last < run.first) ++wanted;
    for (auto range = wanted; range != ranges.end() && range->first <= run.last; ++range) {
      const auto from = std::max(range->first, run.first);
      const auto to = std::min(range->last, run.last);
      runs.push_back({next + (from - run.first), {from, to}});
    }
    next += run.last - run.first + 1;
  });
  return runs;
}

std::vector<Run> look_up_uids(const store::UidSet& uids, const UidRanges& ranges) {
  std::vector<Run> runs;
  for (const auto& range : ranges) {
    for (store::Uid uid = range.first;; ++uid) {
      const auto number = uids.number_of(uid);
      if (number && !runs.empty() && runs.back().uids.last + 1 == uid)
        runs.back().uids.last = uid;
      else if (number)
        runs.push_back({*number, {uid, uid}});
      if (uid == range.last) break;
    }
  }
  return runs;
}

using Place = std::tuple<const store::Store*, store::AccountId, store::MailboxId, store::Modseq>;

struct Shared {
  std::map<Place, std::weak_ptr<const store::UidSet>> sets;
  std::size_t sweep_at = 64;
};

// One for each thread, because the chunks of a set may be changed in place by the last set that
// holds them, which is not safe between threads. Holds nothing alive.
Shared& shared() {
  static thread_local Shared shared;
  return shared;
}

void sweep(Shared& all) {
  if (all.sets.size() < all.sweep_at) return;
  std::erase_if(all.sets, [](const auto& entry) { return entry.second.expired(); });
  all.sweep_at = std::max<std::size_t>(64, 2 * all.sets.size());
}

} // namespace

std::vector<Run> select_numbers(const store::UidSet& uids, const imap::SequenceSet& set) {
  auto numbers = set.resolve(uids.size());
  std::uint64_t count = 0;
  std::erase_if(numbers, [&](const auto& range) { return range.first > uids.size(); });
  for (auto& range : numbers) {
    range.last = std::min(range.last, uids.size());
    count += range.last - range.first + 1;
  }
  return count > walk_above ? walk_numbers(uids, numbers) : look_up_numbers(uids, numbers);
}

std::vector<Run> select_uids(const store::UidSet& uids, const imap::SequenceSet& set) {
  UidRanges ranges;
  for (const auto& range : set.resolve(uids.max())) ranges.push_back({range.first, range.last});
  return select_ranges(uids, ranges);
}

std::vector<Run> select_ranges(const store::UidSet& uids, const UidRanges& ranges) {
  return count_of(ranges) > walk_above ? walk_uids(uids, ranges) : look_up_uids(uids, ranges);
}

UidRanges ranges_of(std::span<const Run> runs) {
  UidRanges ranges;
  for (const auto& run : runs) {
    if (!ranges.empty() && ranges.back().last + 1 == run.uids.first)
      ranges.back().last = run.uids.last;
    else
      ranges.push_back(run.uids);
  }
  return ranges;
}

UidRanges normalised(UidRanges ranges) {
  std::ranges::sort(ranges, {}, &store::UidRange::first);
  UidRanges merged;
  for (const auto& range : ranges) {
    if (!merged.empty() && std::uint64_t{merged.back().last} + 1 >= range.first)
      merged.back().last = std::max(merged.back().last, range.last);
    else
      merged.push_back(range);
  }
  return merged;
}

UidRanges difference(const UidRanges& ranges, const UidRanges& without) {
  UidRanges left;
  auto hole = without.begin();
  for (auto range : ranges) {
    while (hole != without.end() && hole->last < range.first) ++hole;
    bool whole = false; // all of it is covered
    for (auto cut = hole; cut != without.end() && cut->first <= range.last; ++cut) {
      if (cut->first > range.first) left.push_back({range.first, cut->first - 1});
      whole = cut->last >= range.last;
      if (whole) break;
      range.first = cut->last + 1;
    }
    if (!whole) left.push_back(range);
  }
  return left;
}

bool intersects(const UidRanges& a, const UidRanges& b) {
  auto other = b.begin();
  for (const auto& range : a) {
    while (other != b.end() && other->last < range.first) ++other;
    if (other != b.end() && other->first <= range.last) return true;
  }
  return false;
}

std::uint64_t count_of(const UidRanges& ranges) {
  std::uint64_t count = 0;
  for (const auto& range : ranges) count += std::uint64_t{range.last} - range.first + 1;
  return count;
}

View load_view(const store::Store& store, const store::Snapshot& snapshot, store::AccountId account,
               store::MailboxId mailbox) {
  const auto row = snapshot.account(account);
  const store::Modseq modseq = row ? row->modseq : 0;
  auto uids = shared_uids(store, account, mailbox, modseq);
  if (uids) return {std::move(uids), modseq};
  uids = std::make_shared<const store::UidSet>(snapshot.uids(account, mailbox));
  return {share_uids(store, account, mailbox, modseq, std::move(uids)), modseq};
}

SharedUids share_uids(const store::Store& store, store::AccountId account, store::MailboxId mailbox,
                      store::Modseq modseq, SharedUids uids) {
  auto& all = shared();
  sweep(all);
  auto& place = all.sets[Place{&store, account, mailbox, modseq}];
  if (auto known = place.lock()) return known;
  place = uids;
  return uids;
}

SharedUids shared_uids(const store::Store& store, store::AccountId account,
                       store::MailboxId mailbox, store::Modseq modseq) {
  const auto& sets = shared().sets;
  const auto place = sets.find(Place{&store, account, mailbox, modseq});
  return place == sets.end() ? nullptr : place->second.lock();
}

} // namespace mox::imapserver
