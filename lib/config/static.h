// mox.toml, the static configuration: what is listened on and where data stands. A change of it
// needs a restart. Pure.
//
// Values, to be shared as std::shared_ptr<const Static>. The members are those of the file, in its
// words; paths are whole, and defaults that depend on other fields are filled in.
#pragma once

#include "address/address.h"
#include "dns/name.h"
#include "log/level.h"
#include "net/endpoint.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mox::config {

enum class TlsVersion : std::uint8_t { tls1_0, tls1_1, tls1_2, tls1_3 };

struct KeyCert {
  std::filesystem::path cert_file;
  std::filesystem::path key_file;

  bool operator==(const KeyCert&) const = default;
};

struct ListenerTls {
  std::vector<KeyCert> key_certs;
  TlsVersion min_version = TlsVersion::tls1_2;
  bool client_auth_disabled = false;

  bool operator==(const ListenerTls&) const = default;
};

struct SmtpListener {
  bool enabled = false;
  std::uint16_t port = 25;
  bool no_starttls = false;
  bool require_starttls = false;
  std::optional<bool> tls_session_tickets_disabled;

  bool operator==(const SmtpListener&) const = default;
};

// Submission and IMAP, with STARTTLS.
struct StarttlsListener {
  bool enabled = false;
  std::uint16_t port = 0;
  bool no_require_starttls = false;

  bool operator==(const StarttlsListener&) const = default;
};

// Submission and IMAP, with TLS from the first byte; and what goes without TLS.
struct PlainListener {
  bool enabled = false;
  std::uint16_t port = 0;

  bool operator==(const PlainListener&) const = default;
};

struct Listener {
  std::vector<net::Address> ips;
  std::vector<net::Address> nat_ips;
  dns::Name hostname; // that of the file when the listener has none
  std::optional<ListenerTls> tls;
  std::int64_t smtp_max_message_size = 100LL << 20;
  SmtpListener smtp;
  StarttlsListener submission{.port = 587};
  PlainListener submissions{.port = 465};
  StarttlsListener imap{.port = 143};
  PlainListener imaps{.port = 993};
  PlainListener metrics_http{.port = 8010};

  bool operator==(const Listener&) const = default;
};

struct Postmaster {
  std::string account;
  std::string mailbox;

  bool operator==(const Postmaster&) const = default;
};

// Names of mailboxes; empty for one that is not made.
struct SpecialUse {
  std::string sent;
  std::string archive;
  std::string trash;
  std::string draft;
  std::string junk;

  bool operator==(const SpecialUse&) const = default;
};

// What a new account has beside Inbox.
struct InitialMailboxes {
  SpecialUse special_use{
      .sent = "Sent", .archive = "Archive", .trash = "Trash", .draft = "Drafts", .junk = "Junk"};
  std::vector<std::string> regular;

  bool operator==(const InitialMailboxes&) const = default;
};

struct Static {
  std::filesystem::path data_dir;
  log::Level log_level = log::Level::info;
  std::map<std::string, log::Level, std::less<>> package_log_levels;
  dns::Name hostname;
  std::map<std::string, Listener, std::less<>> listeners;
  Postmaster postmaster;
  InitialMailboxes initial_mailboxes;
  std::int64_t quota_message_size = 0; // 0 for no limit
  std::string resolver = "validating"; // or "system", or "192.0.2.1:53": resolver/choice.h
  std::filesystem::path submit_socket;
  // The addresses that a Unix user may send as through the submit socket.
  std::map<std::string, std::vector<address::Address>, std::less<>> local_submission;

  bool operator==(const Static&) const = default;
};

} // namespace mox::config
