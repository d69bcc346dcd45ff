// links: message
// A message, cut anywhere, gives the same tree; the tree is sound, its sections lie in the message,
// its stored form reads back to the same, and IMAP gets texts of its grammar.
#include "message/bodystructure.h"
#include "message/imap_grammar.h"
#include "message/section.h"
#include "message/summary.h"
#include "message/whole_tree.h"
#include "text/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace mox::message;
using mox::test::ImapGrammar;

void require(bool condition) {
  if (!condition) std::abort();
}

// Cuts of all sizes, the same for the same text.
Message parse_in_pieces(std::string_view text) {
  Parser parser;
  std::uint32_t state = static_cast<std::uint32_t>(text.size()) * 2654435761U + 1;
  while (!text.empty()) {
    state = state * 1664525U + 1013904223U;
    const auto size = std::min<std::size_t>(text.size(), (state >> 24U) % 19 + 1);
    parser.feed(text.substr(0, size));
    text.remove_prefix(size);
  }
  return parser.finish();
}

void check_same(const Message& a, const Message& b) {
  require(a.structure == b.structure);
  require(a.header == b.header);
  require(a.sample == b.sample && a.sample_part == b.sample_part);
}

void check_stored(const Structure& structure) {
  const auto bytes = encode_structure(structure);
  const auto again = decode_structure(bytes);
  require(again.has_value());
  require(*again == mox::test::kept_of(structure));
  require(encode_structure(*again) == bytes);
}

void check_sections(const Structure& structure, std::vector<std::uint32_t>& path) {
  for (const auto what :
       {SectionText::all, SectionText::header, SectionText::text, SectionText::mime}) {
    const auto range = find_section(structure, path, what);
    if (range) require(range->begin <= range->end && range->end <= structure.size);
  }
  const auto here = find_section(structure, path, SectionText::all);
  if (path.size() > 5) return;
  for (std::uint32_t n = 1; n < 20; ++n) {
    path.push_back(n);
    const auto inside = find_section(structure, path, SectionText::all);
    if (inside) {
      require(here && inside->begin >= here->begin && inside->end <= here->end);
      check_sections(structure, path);
    }
    path.pop_back();
    if (!inside) return;
  }
}

void check_summary(const Message& message) {
  const auto summary = summarize(message);
  require(ImapGrammar::is_envelope(summary.envelope));
  require(ImapGrammar::is_body(summary.bodystructure, true));
  require(ImapGrammar::is_body(body(message.structure), false));
  require(body_of(summary.bodystructure) == body(message.structure));
  require(mox::text::is_utf8(summary.preview));
  require(mox::text::is_utf8(summary.subject_base));
  require(summary.references.size() <= max_references + 1);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto message = parse(text);
  check_same(message, parse_in_pieces(text));
  require(mox::test::flaw_of(message.structure, text).empty());
  check_stored(message.structure);
  std::vector<std::uint32_t> path;
  check_sections(message.structure, path);
  check_summary(message);
  return 0;
}
