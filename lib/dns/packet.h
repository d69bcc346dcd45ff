// Questions and answers of the DNS as bytes (RFC 1035 section 4), with EDNS (RFC 6891) and extended
// errors (RFC 8914). Pure.
#pragma once

#include "dns/extended_error.h"
#include "dns/record.h"
#include "result/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dns {

// What fits into one datagram nearly everywhere; more comes over TCP.
inline constexpr std::uint16_t datagram_limit = 1232;
// RFC 1035 section 4.2.2: as much as its length over TCP can say.
inline constexpr std::size_t packet_limit = 65'535;
// Aliases on the way to one answer. RFC 1034 section 3.6.2 wants chains followed and loops found;
// nobody needs longer ones.
inline constexpr std::size_t answer_alias_limit = 16;

struct Question {
  Name name;
  Type type = Type::a;
};

struct QueryOptions {
  std::uint16_t id = 0;
  // Says what we can take, and that DNSSEC matters (DO, RFC 3225). Old servers want none.
  bool edns = true;
};

// A question to a server that asks others (RD), and that is to say whether DNSSEC proves the answer
// (AD, RFC 6840 section 5.7).
std::string make_query(const Question& question, QueryOptions options);

// RFC 1035 section 4.1.1; with EDNS there are more, which nobody needs to tell apart.
enum class Rcode : std::uint8_t { noerror, formerr, servfail, nxdomain, notimp, refused, other };

struct Response {
  Rcode rcode = Rcode::noerror;
  bool truncated = false; // then nothing below is filled in but the errors
  bool authentic = false; // AD: the server says so
  // An answer to the question, by way of its aliases alone. No records: there are none.
  std::vector<Record> records;
  std::size_t unreadable = 0; // records of the type, of `name`, that cannot be understood
  Name name;                  // where the aliases lead
  std::vector<Name> aliases;  // the asked name and those on the way to `name`; else empty
  std::chrono::seconds ttl{}; // the smallest of records and aliases
  // How long may be remembered that there are no records (RFC 2308 section 5). Nothing: not at all,
  // for nobody who should know has said so.
  std::optional<std::chrono::seconds> negative_ttl;
  // The server does not know, and does not ask others: it names servers that may know.
  bool is_referral = false;
  std::vector<ExtendedError> extended_errors;
};

enum class ResponseFault : std::uint8_t {
  foreign,   // no answer to this question: late, or somebody else's
  malformed, // an answer, but it cannot be read, or its aliases go round in circles
};

// `query` is what make_query() has made; with it goes the response: its id, and its question in the
// same bytes but for case. Only a server that does not understand may leave the question out.
Result<Response, ResponseFault> parse_response(std::string_view bytes, std::string_view query,
                                               const Question& question);

// The same for bytes that are known to belong to the question.
Result<Response, ResponseFault> parse_trusted_response(std::string_view bytes,
                                                       const Question& question);

} // namespace mox::dns
