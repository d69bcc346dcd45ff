// Lists of addresses in header fields (RFC 5322 section 3.4, 4.4, RFC 6532). Pure.
//
// Made for mail as it is: whatever the text, something comes out, and what was not right is said.
// Whether an address is one that mail can be sent to is for lib/address to say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::message {

struct ListEntry {
  enum class Kind : std::uint8_t {
    mailbox,
    group_begin, // only `name` is set
    group_end,   // nothing is set
  };

  Kind kind = Kind::mailbox;
  std::string name;      // display name without quotes, encoded words as they came; or a comment
  std::string route;     // obsolete "@a,@b"
  std::string localpart; // without quotes
  std::string domain;    // as written; empty when there was none

  bool operator==(const ListEntry&) const = default;
};

struct AddressList {
  std::vector<ListEntry> entries; // each group_begin has its group_end
  bool malformed = false;         // something had to be guessed or was passed over

  // "localpart@domain" of the first mailbox with a domain; empty when there is none.
  std::string first_address() const;
};

// Entries beyond it are passed over.
constexpr std::size_t max_addresses = 10'000;

// Of a field body, folded or not.
AddressList parse_address_list(std::string_view body);
// Adds to `list`, for a field that occurs more than once.
void parse_address_list(std::string_view body, AddressList& list);

} // namespace mox::message
