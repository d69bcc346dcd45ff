// What SEARCH can ask, as a tree (RFC 9051 section 6.4.4). Pure.
#pragma once

#include "imap/date.h"
#include "imap/sequence_set.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mox::imap {

struct SearchKey {
  // Depth and number of keys of one SEARCH; more is SyntaxError::too_big.
  static constexpr std::size_t max_depth = 100;
  static constexpr std::size_t max_keys = 10'000;

  // The members named behind a kind are the ones it uses.
  enum class Kind : std::uint8_t {
    all,
    sequence, // set: message numbers; `set.saved` for "$"
    uid,      // set
    flag,     // text: "\Seen" or a keyword; negated for UNSEEN, UNKEYWORD and so on
    recent,   // negated for OLD; NEW is the conjunction of recent and not \Seen
    header,   // field (lower case), text ("" asks only for the field); also FROM, TO, CC, BCC,
              // SUBJECT
    body,     // text
    text,     // text: header or body
    larger,   // number: bytes
    smaller,  // number: bytes
    before,   // date: INTERNALDATE
    on,
    since,
    sent_before, // date: the Date header
    sent_on,
    sent_since,
    saved_before, // date: RFC 8514
    saved_on,
    saved_since,
    savedate_supported,
    older,       // number: seconds (RFC 5032)
    younger,     // number: seconds
    modseq,      // number (RFC 7162); an entry name and type before it is checked and dropped
    conjunction, // keys: all of them
    disjunction, // keys: one of the two
    negation,    // keys: not this one
  };

  Kind kind = Kind::all;
  bool negated = false;
  std::string text;
  std::string field;
  std::uint64_t number = 0;
  Date date{};
  SequenceSet set;
  std::vector<SearchKey> keys;

  bool operator==(const SearchKey&) const = default;
};

} // namespace mox::imap
