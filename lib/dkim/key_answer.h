// What the DNS says under the name of a key, read and judged once. Pure.
#pragma once

#include "dkim/key.h"
#include "dkim/record.h"
#include "dkim/signature.h"
#include "dkim/status.h"
#include "dns/name.h"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mox::dkim {

// A key record that can be read.
struct KeyRecord {
  std::string text; // as it came
  Record record;
  PublicKey key;              // none when it is revoked or cannot be used
  std::optional<Fault> fault; // of the key
};

// Status with what is wrong.
struct Refusal {
  Status status = Status::permerror;
  Fault fault;
};

// May be kept and used for many messages.
struct KeyAnswer {
  std::shared_ptr<const KeyRecord> record; // null when there is none to use; `refusal` says why
  std::optional<Refusal> refusal;
  bool authentic = false; // DNSSEC proves it
};

using KeyAnswers = std::map<dns::Name, KeyAnswer>;

// `texts` are the TXT records. Those that are no key and do not claim to be one are passed over.
KeyAnswer judge_key_records(std::span<const std::string> texts, bool authentic);
// There is no record.
KeyAnswer no_key(std::string text, bool authentic);
// It could not be asked for.
KeyAnswer unknown_key(std::string text);

// Whether the key is there and may be used for such a signature, by email (RFC 6376 section 6.1.2).
std::optional<Refusal> check_key(const Signature& signature, const KeyAnswer& answer);

} // namespace mox::dkim
