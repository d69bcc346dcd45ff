// Where a message is, the id that callers know it by, and where a part is in it. Pure.
#pragma once

#include "store/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::localapi {

// Given once and never again, as its three numbers are.
struct Place {
  store::AccountId account{};
  store::MailboxId mailbox{};
  store::Uid uid = 0;

  bool operator==(const Place&) const = default;
};

// "1.1.17"
std::string to_string(const Place& place);
std::optional<Place> parse_place(std::string_view text);

// The numbers of a part, from 1, as in IMAP (RFC 9051 section 6.4.5.1): "2.1".
std::optional<std::vector<std::uint32_t>> parse_part_number(std::string_view text);

} // namespace mox::localapi
