// Verifies the DKIM signatures of a message (RFC 6376 section 6), all of them in one pass over its
// body. Pure: keys are handed in.
//
// Use: feed() the message; as soon as has_header(), the keys of wanted_keys() can be looked up,
// while the body still streams; finish(); verdicts().
#pragma once

#include "dkim/body_hashes.h"
#include "dkim/header_section.h"
#include "dkim/key_answer.h"
#include "dkim/message_reader.h"
#include "dkim/signature.h"
#include "dkim/status.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace mox::dkim {

// What is taken for good.
struct Rules {
  std::chrono::sys_seconds now;
  // Names such as "org", which nobody may sign for; without it every name will do.
  std::function<bool(const dns::Name&)> is_public_suffix;
  // From the top of the message, where the last signers put theirs; the rest is neutral.
  std::size_t signatures_limit = 10;
  // What follows makes a right signature one of Status::policy.
  bool accept_sha1 = false;   // RFC 8301 section 3.1
  bool accept_length = false; // l=: text that nobody signed may follow
  bool need_subject = true;   // Subject is not signed: anybody could have set it
  // A key with t=y makes every status but pass none (RFC 6376 section 3.6.1).
  bool heed_test_mode = true;
};

struct Verdict {
  Status status = Status::none;
  std::optional<Fault> fault;           // unless it passes
  Signature signature;                  // as far as it could be read
  std::shared_ptr<const KeyRecord> key; // the one used or refused, if any
  bool authentic = false;               // DNSSEC proves the key
  std::string_view field;               // as it stands in the message; a view into the Verifier
};

// Whether a message has exactly one From is a matter of ours, too: with two, what is shown need not
// be what was signed, so that a signature does not get better than Status::policy, unless it fails.
//
// Memory: the header section, up to MessageReader::header_limit, and nothing of the body.
class Verifier {
public:
  explicit Verifier(Rules rules);
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  // Chunks of any size, line ends as they were signed: CRLF.
  void feed(std::string_view chunk);

  bool has_header() const { return reader_.header_is_complete(); }

  // Once it has_header(): the names at which TXT records are needed, each once.
  std::vector<dns::Name> wanted_keys() const;
  // Once, after the last feed.
  void finish();
  // After finish(): one for each signature, from the top of the message. One neutral verdict stands
  // for all beyond the limit. Empty for a message without signatures. A key that is not in `keys`
  // counts as one that could not be asked for.
  std::vector<Verdict> verdicts(const KeyAnswers& keys) const;

  // Once it has_header().
  const HeaderSection& header() const { return header_; }

private:
  struct Candidate {
    const message::Field* field = nullptr;
    ParsedSignature parsed;
    std::size_t body_hash = 0; // number of the body's hash
  };

  void read_header();
  std::optional<Fault> check(const Signature& signature) const;
  Verdict judge(const Candidate& candidate, const KeyAnswers& keys) const;
  std::optional<Refusal> verify(const Candidate& candidate, const KeyAnswer& key) const;
  std::optional<Refusal> check_policy(const Signature& signature) const;

  Rules rules_;
  MessageReader reader_;
  HeaderSection header_;
  std::vector<Candidate> candidates_;
  std::size_t passed_over_ = 0; // signatures beyond the limit
  BodyHashes body_hashes_;
};

} // namespace mox::dkim
