// Reads single fields out of a rendered ENVELOPE, for searches. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mox::imapserver {

// In their order in ENVELOPE (RFC 9051 section 7.5.2).
enum class EnvelopeField : std::uint8_t {
  date,
  subject,
  from,
  sender,
  reply_to,
  to,
  cc,
  bcc,
  in_reply_to,
  message_id,
};

// Replaces `text` with the field's text for people: encoded words decoded, addresses as
// "Name <user@domain>", groups as "name: ...;". False when the field is NIL or the envelope is not
// one. `text` is a buffer that is used again.
bool envelope_text(std::string_view envelope, EnvelopeField field, std::string& text);

// The field that SEARCH asks for by a header name in lower case; nothing for those that an envelope
// does not tell exactly.
std::optional<EnvelopeField> envelope_field(std::string_view header);

} // namespace mox::imapserver
