// Names of mailboxes in commands, and what the store's errors mean to a client.
#pragma once

#include "imapserver/failure.h"
#include "result/result.h"
#include "store/snapshot.h"

#include <expected>
#include <string>
#include <string_view>

namespace mox::imapserver {

// NO [CANNOT] for what can be no mailbox.
std::expected<std::string, Failure> mailbox_name(std::string_view wire);
// Also NO with `code` (NONEXISTENT, TRYCREATE) when there is none of that name.
std::expected<store::Mailbox, Failure> find_mailbox(const store::Snapshot& snapshot,
                                                    store::AccountId account, std::string_view wire,
                                                    std::string_view code);

// What a failed change of the store is to the client (RFC 5530). `missing` is the code for
// not_found.
std::unexpected<Failure> store_failure(const Error& error,
                                       std::string_view missing = "NONEXISTENT");

// The same where messages were to be read, and some could not be.
std::unexpected<Failure> read_failure(const Error& error);

} // namespace mox::imapserver
