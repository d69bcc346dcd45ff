// Signs messages (RFC 6376 section 5), with one selector or several. Pure.
#pragma once

#include "dkim/body_hashes.h"
#include "dkim/header_section.h"
#include "dkim/key.h"
#include "dkim/message_reader.h"
#include "dkim/signature.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dkim {

// From, To, Cc, Bcc, Reply-To, References, In-Reply-To, Subject, Date, Message-Id, Content-Type.
std::vector<std::string> usual_signed_names();

struct Signing {
  dns::Name domain;
  dns::Name selector;
  PrivateKey key;
  Hash hash = Hash::sha256;
  Canonical header = Canonical::relaxed;
  Canonical body = Canonical::relaxed;
  std::vector<std::string> signed_names = usual_signed_names();
  // Each name once more than the message has it, so that nobody can add another.
  bool seal = true;
  std::optional<std::chrono::seconds> expiration; // from now
};

// The one address in the one From header, as i= has it; nothing when it is not one.
std::optional<Identity> from_identity(const HeaderSection& header);

class Signer {
public:
  // Without an identity i= is the address in From, when that is at or below the domain.
  Signer(std::vector<Signing> signings, std::chrono::sys_seconds now,
         std::optional<Identity> identity = std::nullopt);
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  // The message, in chunks of any size, with CRLF.
  void feed(std::string_view chunk);
  // Once, after the last feed: the header fields to put before the message, with their line ends,
  // in the order of the signings. ErrorKind::invalid when the message has not exactly one From, or
  // lines in its header section that are none, or From is not to be signed. Takes the time of RSA.
  Result<std::string> finish();

private:
  struct Plan {
    Signing signing;
    std::size_t body_hash = 0;
  };

  Result<std::string> sign(const Plan& plan, const HeaderSection& header) const;
  static std::vector<std::string> names_to_sign(const Signing& signing,
                                                const HeaderSection& header);

  std::vector<Plan> plans_;
  std::chrono::sys_seconds now_;
  std::optional<Identity> identity_;
  MessageReader reader_;
  BodyHashes body_hashes_;
};

} // namespace mox::dkim
