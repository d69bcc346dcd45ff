// What name servers answer, from the text of a zone file (RFC 1035 section 5): for checks that are
// repeated without a network, and for tests. Pure.
//
// The text may hold records of any number of zones. What it does not hold does not exist. A line
// that begins with ";!" marks how a name behaves; its names, like those of records, are relative to
// the last $ORIGIN (the root, when there is none) unless they end in a dot:
//
//   ;!secure [NAME]           answers about the name and all below are proven by DNSSEC; without a
//                             name, all are. The nearest of these marks above a name counts.
//   ;!insecure [NAME]         the opposite, which is the default
//   ;!bogus NAME [TYPE]       answers about the name itself, of one type or all, are not genuine
//   ;!servfail NAME [TYPE]    the server fails
//   ;!refused NAME [TYPE]     the server does not want to answer
//   ;!timeout NAME [TYPE]     nobody answers
//   ;!slow MILLISECONDS NAME  the answer takes that long
//
// The mark of a wildcard ("*.example.org.") is that of the names it answers for, too.
#pragma once

#include "dns/record.h"
#include "result/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mox::dns {

inline constexpr std::size_t zone_text_limit = 16 * 1024 * 1024;
// Names with all those above them, and records.
inline constexpr std::size_t zone_names_limit = 500'000;
// Of one record, its lines joined.
inline constexpr std::size_t zone_entry_limit = 65'535;

class Zone {
public:
  enum class Fault : std::uint8_t { none, bogus, servfail, refused, timeout };

  struct Found {
    std::vector<Record> records; // of the type, or the alias; owned by the asked name
    bool is_alias = false;       // `records` is one CNAME, which was not asked for
    bool exists = false;         // the name, or one below it, is in the zone
    bool secure = false;
    Fault fault = Fault::none; // not none: there is nothing else
    std::chrono::milliseconds delay{};
    std::chrono::seconds negative_ttl{300}; // of the next SOA above
  };

  // One step: aliases are not followed. Wildcards are (RFC 4592).
  Found find(const Name& name, Type type) const;

  std::size_t record_count() const { return record_count_; }

private:
  friend class ZoneReader;

  struct Mark {
    Fault fault = Fault::none;
    std::optional<Type> type; // all
  };

  struct Node {
    std::vector<Record> records;
    std::vector<Mark> marks;
    std::optional<bool> secure;
    std::chrono::milliseconds delay{};
    bool exists = false; // in the zone, not only marked
  };

  const Node* node(const Name& name) const;
  const Node* wildcard_for(const Name& name) const;
  bool is_secure(Name name) const;
  std::chrono::seconds negative_ttl(Name name) const;

  std::unordered_map<Name, Node> nodes_;
  std::size_t record_count_ = 0;
};

// Records of types that are not in dns::Type make their name exist, no more. $INCLUDE and $GENERATE
// are refused. The error names the line.
Result<Zone> parse_zone(std::string_view text);

} // namespace mox::dns
