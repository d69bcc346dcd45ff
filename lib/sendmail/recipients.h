// From what users and programs write as addresses to where mail goes: lists are taken apart, and
// names without a domain get one. Pure.
#pragma once

#include "address/path.h"
#include "dns/name.h"
#include "message/address_list.h"
#include "result/result.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::sendmail {

inline constexpr std::size_t max_recipients = message::max_addresses;

// What becomes of a name without a domain. With neither it is refused.
struct BareNames {
  dns::Name domain;                          // it gets this one,
  std::optional<address::Path> instead = {}; // or, where this is set, it stands for this address
};

// "root", which is made an address: a localpart that needs no quotes, and no domain.
bool is_bare(const message::ListEntry& entry);
// What it stands for. `entry` is bare.
std::string completed(const message::ListEntry& entry, const BareNames& names);

// Adds the addresses of a header field's body (RFC 5322 section 3.4), with those in groups; fails,
// with its words, for anything that is no address. An address that nobody could reach is no reason
// to drop the others without a word, so none is skipped.
Result<> add_addresses(std::string_view body, const BareNames& names,
                       std::vector<address::Path>& paths);

// Of words from the command line. Sendmail takes several in one word, with commas or spaces between
// them, and whatever a header field may hold.
Result<std::vector<address::Path>> parse_recipients(std::span<const std::string> words,
                                                    const BareNames& names);

// Of -f: "" and "<>" are the null path.
Result<address::Path> parse_sender(std::string_view text, const BareNames& names);

// Keeps the first of those that are equal.
void remove_repeated(std::vector<address::Path>& paths);

} // namespace mox::sendmail
