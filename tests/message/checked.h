// Parses a message in every way, and checks what must hold of the result.
#pragma once

#include "imap_grammar.h"
#include "message/bodystructure.h"
#include "message/envelope.h"
#include "message/field.h"
#include "message/parser.h"
#include "support/catch.h"
#include "whole_tree.h"

#include <string_view>

namespace mox::test {

// Parsed whole and in pieces, all the same, sound, and shown to IMAP in its grammar.
inline message::Message parse_checked(std::string_view text) {
  auto message = message::parse(text);
  for (const std::size_t size : {1UL, 2UL, 3UL, 7UL, 4096UL}) {
    if (text.size() > 100'000 && size < 7) continue;
    CAPTURE(size);
    const auto again = parse_in_chunks(text, size);
    CHECK(again.structure == message.structure);
    CHECK(again.header == message.header);
    CHECK(again.sample == message.sample);
    CHECK(again.sample_part == message.sample_part);
  }
  CHECK(flaw_of(message.structure, text) == "");
  CHECK(ImapGrammar::is_envelope(message::envelope(message::Fields(message.header))));
  CHECK(ImapGrammar::is_body(message::bodystructure(message.structure), true));
  CHECK(ImapGrammar::is_body(message::body(message.structure), false));
  CHECK(message::body_of(message::bodystructure(message.structure)) ==
        message::body(message.structure));
  const auto decoded = message::decode_structure(message::encode_structure(message.structure));
  REQUIRE(decoded);
  CHECK(*decoded == kept_of(message.structure));
  return message;
}

} // namespace mox::test
