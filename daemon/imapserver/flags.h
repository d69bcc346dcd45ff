// Flags between their names in IMAP and the store's bits and numbers (RFC 9051 section 2.3.2).
#pragma once

#include "imapserver/failure.h"
#include "store/snapshot.h"
#include "store/types.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::imapserver {

// What a client names, for STORE and APPEND. Fails for \Recent and other flags that are no client's
// to set, and for keywords that are too long.
std::expected<store::NamedFlags, Failure> parse_flags(std::span<const std::string> names);

// The bit of a name, case ignored; 0 for a keyword.
std::uint16_t system_flag(std::string_view name);

class FlagNames {
public:
  FlagNames(const store::Snapshot& snapshot, store::AccountId account)
      : keywords_(snapshot.keywords(account)) {}

  // "(\Seen $Forwarded)".
  void append(std::string& to, const store::Flags& flags) const;
  // The same of all that occur in `mailbox`; with `star`, "\*" stands at the end.
  void append_all(std::string& to, const store::Mailbox& mailbox, bool star) const;
  // The number of a keyword, case ignored; nothing when no message of the account ever had it.
  std::optional<std::uint16_t> number_of(std::string_view keyword) const;

private:
  void append_keyword(std::string& to, std::size_t number) const;

  std::vector<std::string> keywords_;
};

} // namespace mox::imapserver
