// Asking for the keys of signatures (RFC 6376 section 6.1.2).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dkim/key_answer.h"
#include "dkim/status.h"
#include "dns/name.h"
#include "resolver/resolver.h"

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace mox::dkimverify {

// Key records that were read lately, by their text, so that a key is not decoded for each message
// (which takes longer than verifying with it). How long a record is good is the resolver's matter.
// Used on one thread.
class KeyCache {
public:
  explicit KeyCache(std::size_t entries_limit = 1000) : limit_(entries_limit) {}

  dkim::KeyAnswer judge(const std::vector<std::string>& texts, bool authentic);

  std::size_t size() const { return answers_.size(); }

private:
  std::size_t limit_;
  std::unordered_map<std::string, dkim::KeyAnswer> answers_;
  std::deque<std::string> order_; // the oldest first
};

// Asks for all at once. Never fails: what could not be asked for says so in its answer. `cache` may
// be null; with it and `resolver` it outlives the task.
async::Task<dkim::KeyAnswers> find_keys(async::Executor executor, resolver::Resolver& resolver,
                                        std::vector<dns::Name> names, SteadyTime deadline,
                                        KeyCache* cache);
async::Task<dkim::KeyAnswer> find_key(resolver::Resolver& resolver, dns::Name name,
                                      SteadyTime deadline, KeyCache* cache);

} // namespace mox::dkimverify
