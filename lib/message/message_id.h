// Message-ID, In-Reply-To and References (RFC 5322 sections 3.6.4 and 4.5.4). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mox::message {

// The ids between angle brackets of a field body, in their order, canonical, each once. Comments
// and white space inside are dropped. Without angle brackets every word with an "@" is an id, and
// for a Message-ID (`any_word`) the first word whatever it is.
std::vector<std::string> parse_message_ids(std::string_view body, bool any_word = false);

// How ids are compared and kept: lower case, without "<>", white space and needless quotes.
std::string canonical_message_id(std::string_view id);

} // namespace mox::message
