// All that is kept of a message beside its bytes, from one pass. Pure.
#pragma once

#include "message/date.h"
#include "message/parser.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::message {

constexpr std::size_t max_references = 20; // the nearest; the first is kept too

struct Summary {
  std::string message_id;              // canonical; empty without
  std::vector<std::string> references; // canonical, the farthest first
  std::string in_reply_to;             // canonical, the first; empty without
  std::string subject_base;            // see subject.h
  bool is_response = false;            // the subject says so
  std::string from;                    // "localpart@domain" of the first From; empty without
  std::size_t from_fields = 0;         // From fields: more or less than 1 is not RFC 5322
  std::optional<Date> date;            // of the Date field

  std::string envelope;      // as IMAP ENVELOPE
  std::string bodystructure; // as IMAP BODYSTRUCTURE; BODY is body_of() it
  std::string preview;       // UTF-8
  std::string structure;     // see structure_encoding.h

  std::uint64_t size = 0;        // bytes
  std::uint64_t header_size = 0; // bytes, the empty line included
  std::uint64_t lines = 0;       // of the body
  bool needs_smtputf8 = false;

  bool operator==(const Summary&) const = default;
};

// `prefix`: header fields that stand before the message's own (Date and Message-ID that submission
// adds). They count for the envelope and the ids, not for places, sizes and structure.
Summary summarize(const Message& message, std::string_view prefix = {});

} // namespace mox::message
