// The commands of a client, one struct each (RFC 9051, RFC 3501 and extensions). Pure.
//
// Names of mailboxes are as they came from the wire: decode_mailbox() in imap/mailbox_name.h makes
// names of them, which depends on what the client enabled. Flags are as written, "\Seen" or a
// keyword.
#pragma once

#include "imap/append_message.h"
#include "imap/fetch_item.h"
#include "imap/search_key.h"
#include "imap/sequence_set.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mox::imap {

// ---- in any state

struct Capability {
  bool operator==(const Capability&) const = default;
};

struct Noop {
  bool operator==(const Noop&) const = default;
};

struct Logout {
  bool operator==(const Logout&) const = default;
};

// RFC 2971. NIL and () are the same: no parameters. Field names are as written and unique but for
// case.
struct Id {
  std::vector<std::pair<std::string, std::optional<std::string>>> parameters;
  bool operator==(const Id&) const = default;
};

// ---- not authenticated

struct StartTls {
  bool operator==(const StartTls&) const = default;
};

struct Authenticate {
  std::string mechanism;              // upper case
  std::optional<std::string> initial; // base64 as sent; "=" is an empty response (RFC 4959)
  bool operator==(const Authenticate&) const = default;
};

struct Login {
  std::string user;
  std::string password;
  bool operator==(const Login&) const = default;
};

// ---- authenticated

struct Enable {
  std::vector<std::string> capabilities; // as written
  bool operator==(const Enable&) const = default;
};

// RFC 7162 section 3.2.5.
struct QresyncParameters {
  std::uint32_t uidvalidity = 0;
  std::uint64_t modseq = 0;
  std::optional<SequenceSet> known_uids;
  std::optional<std::pair<SequenceSet, SequenceSet>> match; // message numbers and their UIDs

  bool operator==(const QresyncParameters&) const = default;
};

struct Select { // and EXAMINE
  std::string mailbox;
  bool read_only = false; // EXAMINE
  bool condstore = false;
  std::optional<QresyncParameters> qresync;
  bool operator==(const Select&) const = default;
};

struct Create {
  std::string mailbox;
  std::vector<std::string> special_use; // "\Sent" and so on, as written (RFC 6154)
  bool operator==(const Create&) const = default;
};

struct Delete {
  std::string mailbox;
  bool operator==(const Delete&) const = default;
};

struct Rename {
  std::string from;
  std::string to;
  bool operator==(const Rename&) const = default;
};

struct Subscribe {
  std::string mailbox;
  bool operator==(const Subscribe&) const = default;
};

struct Unsubscribe {
  std::string mailbox;
  bool operator==(const Unsubscribe&) const = default;
};

// Bits, in the order of the STATUS reply.
enum StatusItem : std::uint16_t {
  status_messages = 1 << 0,
  status_uidnext = 1 << 1,
  status_uidvalidity = 1 << 2,
  status_unseen = 1 << 3,
  status_deleted = 1 << 4,         // RFC 9051
  status_size = 1 << 5,            // RFC 8438
  status_recent = 1 << 6,          // RFC 3501
  status_appendlimit = 1 << 7,     // RFC 7889
  status_highestmodseq = 1 << 8,   // RFC 7162
  status_deleted_storage = 1 << 9, // RFC 9208
};

struct StatusItemName {
  StatusItem item;
  std::string_view name;
};

inline constexpr std::array<StatusItemName, 10> status_item_names = {{
    {status_messages, "MESSAGES"},
    {status_uidnext, "UIDNEXT"},
    {status_uidvalidity, "UIDVALIDITY"},
    {status_unseen, "UNSEEN"},
    {status_deleted, "DELETED"},
    {status_size, "SIZE"},
    {status_recent, "RECENT"},
    {status_appendlimit, "APPENDLIMIT"},
    {status_highestmodseq, "HIGHESTMODSEQ"},
    {status_deleted_storage, "DELETED-STORAGE"},
}};

struct List { // RFC 5258, RFC 6154, RFC 5819
  // Any of the extended forms was used: selection options, several patterns or RETURN.
  bool extended = false;
  bool select_subscribed = false;
  bool select_remote = false;
  bool select_recursive = false; // RECURSIVEMATCH; the parser made sure of SUBSCRIBED beside it
  bool select_special_use = false;
  std::string reference;
  std::vector<std::string> patterns;
  bool return_subscribed = false;
  bool return_children = false;
  bool return_special_use = false;
  std::uint16_t return_status = 0; // of StatusItem; 0 without STATUS
  bool operator==(const List&) const = default;
};

struct Lsub {
  std::string reference;
  std::string pattern;
  bool operator==(const Lsub&) const = default;
};

struct Namespace {
  bool operator==(const Namespace&) const = default;
};

struct Status {
  std::string mailbox;
  std::uint16_t items = 0; // of StatusItem
  bool operator==(const Status&) const = default;
};

// Parsed up to its first message; CommandReader::next_message() gives the further ones.
struct Append {
  std::string mailbox;
  AppendMessage message;
  bool operator==(const Append&) const = default;
};

struct Idle {
  bool operator==(const Idle&) const = default;
};

struct GetQuotaRoot { // RFC 9208
  std::string mailbox;
  bool operator==(const GetQuotaRoot&) const = default;
};

struct GetQuota { // RFC 9208
  std::string root;
  bool operator==(const GetQuota&) const = default;
};

struct Compress {        // RFC 4978
  std::string algorithm; // upper case
  bool operator==(const Compress&) const = default;
};

// ---- selected

struct Check {
  bool operator==(const Check&) const = default;
};

struct Close {
  bool operator==(const Close&) const = default;
};

struct Unselect {
  bool operator==(const Unselect&) const = default;
};

struct Expunge {
  std::optional<SequenceSet> uids; // UID EXPUNGE (RFC 4315)
  bool operator==(const Expunge&) const = default;
};

// Bits (RFC 9051 section 6.4.4).
enum SearchReturn : std::uint8_t {
  return_min = 1 << 0,
  return_max = 1 << 1,
  return_all = 1 << 2,
  return_count = 1 << 3,
  return_save = 1 << 4, // RFC 5182
};

struct Search {
  bool by_uid = false;
  // The RETURN option was there: the answer is ESEARCH. "RETURN ()" is return_all.
  std::optional<std::uint8_t> returns; // of SearchReturn
  std::string charset;                 // as written; "" without CHARSET
  SearchKey key;                       // several keys are one conjunction
  bool operator==(const Search&) const = default;
};

struct Fetch {
  bool by_uid = false;
  SequenceSet set;
  std::vector<FetchItem> items; // macros are expanded
  std::optional<std::uint64_t> changed_since;
  bool vanished = false; // only together with changed_since and by_uid (RFC 7162 section 3.2.6)
  bool operator==(const Fetch&) const = default;
};

struct Store {
  enum class Mode : std::uint8_t { replace, add, remove };

  bool by_uid = false;
  SequenceSet set;
  std::optional<std::uint64_t> unchanged_since;
  Mode mode = Mode::replace;
  bool silent = false;
  std::vector<std::string> flags;
  bool operator==(const Store&) const = default;
};

struct Copy {
  bool by_uid = false;
  SequenceSet set;
  std::string mailbox;
  bool operator==(const Copy&) const = default;
};

struct Move { // RFC 6851
  bool by_uid = false;
  SequenceSet set;
  std::string mailbox;
  bool operator==(const Move&) const = default;
};

// RFC 8508. Parsed up to its message, as Append; there is only one.
struct Replace {
  bool by_uid = false;
  std::uint32_t number = 0; // SequenceRange::star for "*"
  std::string mailbox;
  AppendMessage message;
  bool operator==(const Replace&) const = default;
};

using CommandBody =
    std::variant<Capability, Noop, Logout, Id, StartTls, Authenticate, Login, Enable, Select,
                 Create, Delete, Rename, Subscribe, Unsubscribe, List, Lsub, Namespace, Status,
                 Append, Idle, GetQuotaRoot, GetQuota, Compress, Check, Close, Unselect, Expunge,
                 Search, Fetch, Store, Copy, Move, Replace>;

struct Command {
  std::string tag;
  CommandBody body;
  bool operator==(const Command&) const = default;
};

// "UID FETCH": upper case, for logs and metrics.
std::string_view command_name(const CommandBody& body);

} // namespace mox::imap
