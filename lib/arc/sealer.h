// Seals messages: adds a set to their ARC chain (RFC 8617 section 5.1). Pure.
#pragma once

#include "arc/arc_set.h"
#include "dkim/body_hashes.h"
#include "dkim/key.h"
#include "dkim/message_reader.h"
#include "dns/name.h"
#include "result/result.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mox::arc {

// Those that a message should keep on its way, DKIM-Signature among them (RFC 8617 section 4.1.2).
std::vector<std::string> usual_signed_names();

struct Sealing {
  dns::Name domain;
  dns::Name selector;
  dkim::PrivateKey key;
  std::vector<std::string> signed_names =
      usual_signed_names(); // each is signed as often as it stands
  std::chrono::sys_seconds now;
};

class Sealer {
public:
  explicit Sealer(Sealing sealing);
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // The message as it will leave, in chunks of any size, with CRLF.
  void feed(std::string_view chunk);
  // Once, after the last feed. `chain` is what Verifier found for the message as it came, and
  // `results` what is known of it, as Authentication-Results has it: "mx.example.org; spf=pass".
  // Returns the three fields to put before the message, with their line ends. Empty when nothing
  // may be added: the chain was failed by another, or has instance_limit sets. ErrorKind::invalid
  // for a header section with lines that are no fields.
  Result<std::string> finish(Chain chain, std::string_view results);

private:
  Result<std::string> sign_message(unsigned instance, const dkim::HeaderSection& header) const;
  Result<std::string> seal(unsigned instance, Chain chain, const std::string& own,
                           const dkim::HeaderSection& header, const Sets& sets) const;

  Sealing sealing_;
  dkim::MessageReader reader_;
  dkim::BodyHashes body_hashes_;
  std::size_t body_hash_ = 0; // number of the body's hash
};

} // namespace mox::arc
