// domains.toml, the dynamic configuration: domains and accounts. Pure.
//
// Values, to be shared as std::shared_ptr<const Domains>.
#pragma once

#include "address/address.h"
#include "dns/name.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mox::config {

struct Alias {
  std::vector<address::Address> addresses; // of accounts of ours
  bool post_public = false;
  bool list_members = false;
  bool allow_msg_from = false;

  bool operator==(const Alias&) const = default;
};

enum class DkimHash : std::uint8_t { sha256, sha1 };

struct DkimCanonicalization {
  bool header_relaxed = false;
  bool body_relaxed = false;

  bool operator==(const DkimCanonicalization&) const = default;
};

struct DkimSelector {
  DkimHash hash = DkimHash::sha256;
  DkimCanonicalization canonicalization;
  std::vector<std::string> headers; // empty for those of the default
  bool dont_seal_headers = false;
  std::chrono::milliseconds expiration{}; // zero for never
  std::filesystem::path private_key_file;

  bool operator==(const DkimSelector&) const = default;
};

struct Dkim {
  std::map<std::string, DkimSelector, std::less<>> selectors;
  std::vector<std::string> sign; // names of selectors

  bool operator==(const Dkim&) const = default;
};

struct Domain {
  bool disabled = false;
  std::string description;
  dns::Name client_settings_domain; // empty for none
  std::vector<std::string> localpart_catchall_separators;
  bool localpart_case_sensitive = false;
  Dkim dkim;
  std::map<std::string, Alias, std::less<>> aliases; // by localpart, as written

  bool operator==(const Domain&) const = default;
};

struct Destination {
  std::string mailbox = "Inbox";
  std::string smtp_error; // "550 no longer here"; empty when mail is taken
  std::string full_name;

  bool operator==(const Destination&) const = default;
};

struct Account {
  std::string login_disabled; // the reason; empty when logins are allowed
  dns::Name domain;
  std::string description;
  std::string full_name;
  std::map<std::string, Destination, std::less<>> destinations; // "mjl@example.org", "@example.org"
  std::int64_t quota_message_size = 0; // 0 for that of mox.toml, below for no limit
  bool no_custom_password = false;
  std::vector<std::string> imap_capabilities_disabled;

  bool operator==(const Account&) const = default;
};

struct Domains {
  std::map<dns::Name, Domain> domains;
  std::map<std::string, Account, std::less<>> accounts;

  bool operator==(const Domains&) const = default;
};

} // namespace mox::config
