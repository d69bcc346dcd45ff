// The values that the store keeps, as its users see them. Pure.
#pragma once

#include "clock/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::store {

// Ids are given once and never again.
enum class AccountId : std::uint32_t {};
enum class MailboxId : std::uint32_t {};
enum class MessageId : std::uint64_t {};
enum class ThreadId : std::uint64_t {};
enum class BlobId : std::uint64_t {};
using Uid = std::uint32_t;
// One counter per account (RFC 7162); the first change of an account is 1.
using Modseq = std::uint64_t;

// Flags with a meaning of their own; all others are keywords.
enum Flag : std::uint16_t {
  flag_seen = 1 << 0,
  flag_answered = 1 << 1,
  flag_flagged = 1 << 2,
  flag_deleted = 1 << 3,
  flag_draft = 1 << 4,
  flag_forwarded = 1 << 5, // $Forwarded
  flag_junk = 1 << 6,      // $Junk
  flag_notjunk = 1 << 7,   // $NotJunk
  flag_phishing = 1 << 8,  // $Phishing
  flag_mdnsent = 1 << 9,   // $MDNSent
};

// Keywords by their number within the account (see Snapshot::keywords): the first 64 are bits,
// which is all that nearly every account ever needs; higher numbers follow sorted.
struct KeywordSet {
  std::uint64_t bits = 0;
  std::vector<std::uint16_t> more;

  bool empty() const { return bits == 0 && more.empty(); }

  bool contains(std::uint16_t number) const;
  void insert(std::uint16_t number);
  void erase(std::uint16_t number);
  bool operator==(const KeywordSet&) const = default;
};

struct Flags {
  std::uint16_t system = 0; // of Flag
  KeywordSet keywords;

  bool operator==(const Flags&) const = default;
};

// Flags as a client names them: the ten of Flag as bits, others as lower-case names.
struct NamedFlags {
  std::uint16_t system = 0;
  std::vector<std::string> keywords;
};

// A message in a mailbox.
struct Placement {
  Uid uid = 0;
  MessageId message{};
  Modseq modseq = 0;
  Flags flags;
  std::int64_t saved = 0; // unix seconds when it came into this mailbox (RFC 8514)
};

// What a message is, whichever mailboxes hold it.
struct Content {
  BlobId blob{};
  ThreadId thread{};
  std::uint64_t size = 0; // bytes of prefix and blob: RFC822.SIZE
  std::uint32_t references = 0;
  std::int64_t received = 0;         // unix seconds: INTERNALDATE
  std::int16_t received_zone = 0;    // minutes east of UTC
  std::uint64_t message_id_hash = 0; // keyed; 0 without Message-ID
  std::uint64_t subject_hash = 0;    // of the base subject, keyed; 0 when empty
};

// The texts rendered once at delivery. Views into the snapshot they came from.
struct Rendering {
  std::string_view prefix;        // headers added at delivery; they precede the blob's bytes
  std::string_view envelope;      // as IMAP ENVELOPE
  std::string_view bodystructure; // as IMAP BODYSTRUCTURE
  std::string_view preview;
  // message::encode_structure of the blob alone: its offsets count from the blob's first byte, so a
  // section's place in the message is its offset plus prefix.size(), and the top header begins with
  // the prefix.
  std::string_view structure;
};

enum class SpecialUse : std::uint8_t { // RFC 6154, as bits
  none = 0,
  archive = 1,
  drafts = 2,
  junk = 4,
  sent = 8,
  trash = 16,
};

struct Counts {
  std::uint64_t messages = 0; // with and without \Deleted
  std::uint64_t unseen = 0;   // without \Seen, with or without \Deleted
  std::uint64_t deleted = 0;  // with \Deleted
  std::uint64_t unread = 0;   // neither \Seen nor \Deleted
  std::uint64_t size = 0;     // bytes
  bool operator==(const Counts&) const = default;
};

struct Mailbox {
  MailboxId id{};
  std::string name; // NFC, "/" between levels, "Inbox" first level in this spelling
  std::uint32_t uidvalidity = 0;
  Uid uidnext = 1;
  Modseq created = 0;
  Modseq modseq = 0;            // HIGHESTMODSEQ
  Modseq floor = 0;             // expunges at or below it are no longer known one by one
  std::uint8_t special_use = 0; // of SpecialUse
  AccountId owner{};
  std::string rights; // reserved for RFC 4314; empty: all to the owner
  Counts counts;
  std::vector<std::uint16_t> keywords; // numbers in use here or once used, for FLAGS
};

enum class CredentialKind : std::uint8_t {
  password = 1,   // the account's own
  app = 2,        // a password for one program
  public_key = 3, // of a TLS client's certificate
};

// One way to prove who one is.
struct Credential {
  std::uint32_t id = 0;
  CredentialKind kind = CredentialKind::password;
  std::string name;  // for people; unique among those of its kind
  std::string scope; // empty: everything
  // Verifiers as lib/sasl writes them; of a public key its fingerprint, 32 bytes.
  std::string secret;
  std::int64_t created = 0;   // times in unix seconds
  std::int64_t expires = 0;   // 0: never
  std::int64_t last_used = 0; // to the hour; 0: not yet
  std::uint32_t version = 0;  // grows with every change of `secret`
  // Of a public key: the canonical address that it logs in as, and the certificate in DER.
  std::string login;
  std::string certificate;
  bool no_preauth = false; // of a public key: IMAP wants a command all the same
};

// Attempts to log in that were alike in all but their time.
struct LoginAttempt {
  std::int64_t first = 0; // unix seconds
  std::int64_t last = 0;
  std::uint64_t count = 1;
  std::string login;      // canonical address; empty when none was given that could be one
  std::string remote;     // addresses of both ends
  std::string local;      //
  std::string tls;        // what the handshake agreed on; empty without TLS
  std::string client_key; // fingerprint of the key that the client showed, 32 bytes, or empty
  std::string protocol;   // "submission", "imap"
  std::string program;    // what the client says it is
  std::string mechanism;  // in small letters
  std::string result;     // "ok", or why not

  bool succeeded() const { return result == "ok"; }
};

struct Account {
  AccountId id{};
  std::string name;
  std::uint64_t quota = 0; // bytes; 0 is no limit
  std::uint64_t used =
      0; // bytes of the messages in its mailboxes, each message counted once a mailbox
  Modseq modseq = 0;
  std::uint32_t next_uidvalidity = 0;
};

} // namespace mox::store
