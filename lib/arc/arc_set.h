// The sets of header fields that make an ARC chain (RFC 8617 section 4). Pure.
#pragma once

#include "dkim/header_section.h"
#include "dkim/signature.h"
#include "dkim/status.h"
#include "message/field.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mox::arc {

// RFC 8617 section 4.2.1.
inline constexpr unsigned instance_limit = 50;

inline constexpr std::string_view results_name = "ARC-Authentication-Results";
inline constexpr std::string_view message_signature_name = "ARC-Message-Signature";
inline constexpr std::string_view seal_name = "ARC-Seal";

// What is known of the chain: cv=.
enum class Chain : std::uint8_t { none, pass, fail };

std::string_view to_string(Chain chain);

// ARC-Authentication-Results: "i=1; mx.example.org; spf=pass ...".
struct Results {
  unsigned instance = 0;
  std::string_view text; // what follows "i=1;", a view into the field
};

// Nothing when it does not begin with a right "i=N;".
std::optional<Results> parse_results(std::string_view body);

// ARC-Message-Signature or ARC-Seal. With a fault the rest is what could be read in spite of it.
struct Signed {
  unsigned instance = 0; // 0 when it could not be read
  dkim::Signature signature;
  Chain chain = Chain::none; // of a seal
  std::optional<dkim::Fault> fault;
};

Signed parse_message_signature(std::string_view body);
Signed parse_seal(std::string_view body);

// The three fields of one instance.
struct Set {
  const message::Field* results = nullptr;
  const message::Field* message_signature = nullptr;
  const message::Field* seal = nullptr;
  std::string_view results_text;
  Signed message_signed;
  Signed sealed;
};

struct Sets {
  std::vector<Set> sets;              // from instance 1 on; with a problem, what was there
  unsigned highest = 0;               // of all instances that could be read
  std::optional<dkim::Fault> problem; // why this is no chain
};

// Puts the fields of a message together, and checks their structure: each instance from 1 on has
// one field of each kind (RFC 8617 section 5.2). No sets for a message without any. Fields are
// pointers into `header`.
Sets collect(const dkim::HeaderSection& header);

} // namespace mox::arc
