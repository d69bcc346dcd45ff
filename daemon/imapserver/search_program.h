// A SEARCH made ready to be asked of many messages.
#pragma once

#include "imap/search_key.h"
#include "imapserver/failure.h"
#include "imapserver/flags.h"
#include "imapserver/view.h"
#include "text/search.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

namespace mox::imapserver {

class SearchMessage;

// One key, with what can be known of it beforehand.
struct SearchNode {
  // What has to be read of a message to answer.
  enum class Cost : std::uint8_t { placement, content, rendering, header, body };

  const imap::SearchKey* key = nullptr;
  Cost cost = Cost::placement;
  std::optional<text::Needle> needle;
  std::vector<imap::SequenceRange> set; // resolved
  std::uint16_t flag = 0;               // a bit
  std::optional<std::uint16_t> keyword; // or a keyword's number
  std::int32_t day = 0;                 // since 1970
  std::vector<SearchNode> nodes;        // the cheap ones first
};

// `key` must outlive the program. NO [LIMIT] when too many keys look into bodies, BAD for "$".
std::expected<SearchNode, Failure>
compile_search(const imap::SearchKey& key, const FlagNames& names, const store::UidSet& uids);

// The messages that can match at all, by the set of numbers or UIDs that the search begins with.
std::vector<Run> candidates(const SearchNode& program, const store::UidSet& uids);

// A MODSEQ key is in it: the answer has MODSEQ (RFC 7162 section 3.1.5).
bool asks_modseq(const imap::SearchKey& key);

bool matches(const SearchNode& node, SearchMessage& message);

} // namespace mox::imapserver
