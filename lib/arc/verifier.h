// Verifies the ARC chain of a message (RFC 8617 section 5.2). Pure: keys are handed in.
//
// Used as dkim::Verifier is: feed(), wanted_keys() once it has_header(), finish(), verdict().
#pragma once

#include "arc/arc_set.h"
#include "dkim/body_hashes.h"
#include "dkim/key_answer.h"
#include "dkim/message_reader.h"
#include "dkim/status.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace mox::arc {

// One system that the message passed.
struct Hop {
  unsigned instance = 0;
  std::string_view results; // what it says of the message it got; a view into the Verifier
  dkim::Signature message_signature;
  dkim::Signature seal;
  Chain chain = Chain::none;                    // what it says of the chain it got
  std::optional<dkim::Refusal> message_refusal; // why its signature is not right, if it was checked
  std::optional<dkim::Refusal> seal_refusal;    // why its seal is not right
  bool message_checked = false;
  bool authentic = false; // DNSSEC proves the key of the seal
};

struct Verdict {
  Chain chain = Chain::none;
  bool temporary = false;           // it fails because a key could not be asked for
  std::optional<dkim::Fault> fault; // unless it is none or passes
  std::vector<Hop> hops;            // from instance 1 on
  // The smallest instance from which on the message was not changed, 0 when it is not changed
  // since the first (RFC 8617 section 5.2, step 5). Of a chain that passes.
  unsigned oldest_pass = 0;
};

// The number of hops is bounded by instance_limit, and nothing is asked for or verified for a chain
// whose structure is wrong. Memory: the header section.
class Verifier {
public:
  explicit Verifier(std::chrono::sys_seconds now) : now_(now) {}

  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  void feed(std::string_view chunk);

  bool has_header() const { return reader_.header_is_complete(); }

  std::vector<dns::Name> wanted_keys() const;
  void finish();
  Verdict verdict(const dkim::KeyAnswers& keys) const;

  // Once it has_header().
  const dkim::HeaderSection& header() const { return header_; }

  const Sets& sets() const { return sets_; }

private:
  void read_header();
  std::optional<dkim::Refusal> check_message(std::size_t index, const dkim::KeyAnswers& keys) const;
  std::optional<dkim::Refusal> check_seal(std::size_t index, const dkim::KeyAnswers& keys) const;
  std::optional<dkim::Refusal> check(const Signed& field, const dkim::KeyAnswers& keys,
                                     std::string_view digest) const;

  std::chrono::sys_seconds now_;
  dkim::MessageReader reader_;
  dkim::HeaderSection header_;
  Sets sets_;
  std::vector<std::size_t> body_numbers_; // by index of the set
  dkim::BodyHashes body_hashes_;
};

} // namespace mox::arc
