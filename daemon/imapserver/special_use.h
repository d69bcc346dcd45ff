// Special-use attributes of mailboxes (RFC 6154). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace mox::imapserver {

// Bits of store::SpecialUse; nothing when a name is not one that a mailbox here can have.
std::optional<std::uint8_t> parse_special_use(std::span<const std::string> names);

// Adds " \Sent" and so on, or without the leading space when `to` ends in "(".
void append_special_use(std::string& to, std::uint8_t use);

} // namespace mox::imapserver
