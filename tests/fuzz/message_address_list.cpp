// links: message
// A list of addresses: groups are closed, IMAP gets text of its grammar, and a list without faults
// is written to what reads the same.
#include "message/address_list.h"
#include "message/envelope.h"
#include "message/imap_grammar.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mox::message;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string print(const ListEntry& entry) {
  switch (entry.kind) {
  case ListEntry::Kind::group_begin: return quoted(entry.name) + ": ";
  case ListEntry::Kind::group_end: return ";";
  case ListEntry::Kind::mailbox: break;
  }
  auto text = quoted(entry.name) + " <" + entry.route + (entry.route.empty() ? "" : ":");
  if (!entry.localpart.empty() || !entry.domain.empty())
    text += quoted(entry.localpart) + '@' + entry.domain;
  return text + ">, ";
}

// What stands without quotes must be the same when it is read again.
bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    return std::string_view("\"\\()<>,;: @").find(c) != std::string_view::npos;
  });
}

bool is_printable(const AddressList& list) {
  return std::ranges::all_of(list.entries, [](const ListEntry& entry) {
    return is_plain(entry.domain) && entry.route.empty();
  });
}

void check_groups(const AddressList& list) {
  bool inside = false;
  for (const ListEntry& entry : list.entries) {
    if (entry.kind == ListEntry::Kind::mailbox) continue;
    require(inside == (entry.kind == ListEntry::Kind::group_end));
    inside = !inside;
  }
  require(!inside);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto list = parse_address_list(text);
  check_groups(list);
  require(list.entries.size() <= 2 * max_addresses);
  const auto header = "From: " + text + "\r\nTo: a@b, " + text + "\r\n\r\n";
  require(mox::test::ImapGrammar::is_envelope(envelope(Fields(header))));
  if (list.malformed || !is_printable(list)) return 0;
  std::string printed;
  for (const ListEntry& entry : list.entries) printed += print(entry);
  const auto again = parse_address_list(printed);
  require(!again.malformed);
  require(again.entries == list.entries);
  return 0;
}
