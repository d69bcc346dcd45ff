// Answers that are remembered for as long as they say, and not longer than that.
#pragma once

#include "clock/clock.h"
#include "resolver/resolver.h"

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace mox::resolver {

using Outcome = Result<Answer, Failure>;

// Safe to use from several threads. When it is full, what was longest not asked for goes.
class Cache {
public:
  struct Limits {
    std::size_t entries = 20'000;
    std::size_t size_bytes = 8 * 1024 * 1024; // about
    // A name server's word is believed for so long (RFC 8767 section 4, RFC 2308 section 5).
    std::chrono::seconds answer{24 * 3600};
    std::chrono::seconds absence{3600};
    // A server that failed is left alone for so long (RFC 9520 section 3.2).
    std::chrono::seconds failure{5};
  };

  explicit Cache(const Clock& clock);
  Cache(const Clock& clock, Limits limits);

  // With what is left of its TTL.
  std::optional<Outcome> find(const dns::Name& name, dns::Type type);
  // Keeps answers, and the proof that there are none, with a TTL; and failures of servers for a
  // moment. Not what happened here: no network, a deadline that was short.
  void keep(const dns::Name& name, dns::Type type, const Outcome& outcome);

  std::size_t entries() const;
  std::size_t size_bytes() const;

private:
  struct Key {
    dns::Name name;
    dns::Type type = dns::Type::a;
    bool operator==(const Key&) const = default;
  };

  struct Hash {
    std::size_t operator()(const Key& key) const noexcept;
  };

  struct Entry {
    Key key;
    Outcome outcome;
    SteadyTime expires;
    std::size_t size_bytes = 0;
  };

  using Entries = std::list<Entry>; // the last one used first

  std::optional<std::chrono::seconds> lifetime(const Outcome& outcome) const;
  void drop(Entries::iterator entry);

  const Clock& clock_;
  Limits limits_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::unordered_map<Key, Entries::iterator, Hash> places_;
  std::size_t size_bytes_ = 0;
};

} // namespace mox::resolver
