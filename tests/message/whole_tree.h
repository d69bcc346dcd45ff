// What must hold of every Structure, whatever the message.
#pragma once

#include "message/parser.h"
#include "message/structure_encoding.h"
#include "text/ascii.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace mox::test {

inline message::Message parse_in_chunks(std::string_view text, std::size_t size) {
  message::Parser parser;
  for (std::size_t at = 0; at < text.size(); at += size) parser.feed(text.substr(at, size));
  return parser.finish();
}

// Lines by their definition: line ends, and a last line without one.
inline std::uint64_t count_lines(std::string_view body) {
  const auto ends = static_cast<std::uint64_t>(std::ranges::count(body, '\n'));
  return ends + (!body.empty() && body.back() != '\n' ? 1 : 0);
}

// Empty when the tree is sound: each byte of the message is in exactly one header section, body of
// a leaf, or place between parts; else what is not.
inline std::string flaw_of(const message::Structure& structure, std::string_view text) {
  using message::Part;
  if (structure.parts.empty()) return "no part";
  if (structure.size != text.size()) return "wrong size";
  const Part& root = structure.root();
  if (root.header_begin != 0 || root.body_end != text.size()) return "root is not the message";
  if (root.end != structure.parts.size()) return "parts outside the root";
  for (std::uint32_t i = 0; i < structure.parts.size(); ++i) {
    const Part& part = structure.parts[i];
    const auto at = " at part " + std::to_string(i);
    if (part.header_begin > part.body_begin || part.body_begin > part.body_end)
      return "places out of order" + at;
    if (part.end <= i || part.end > structure.parts.size()) return "wrong end" + at;
    if (part.lines != count_lines(text.substr(part.body_begin, part.body_size())))
      return "wrong lines" + at;
    if (part.kind == Part::Kind::leaf && part.end != i + 1) return "leaf with children" + at;
    auto place = part.body_begin;
    for (const auto c : structure.children(i)) {
      const Part& child = structure.parts[c];
      if (child.parent != i) return "wrong parent" + at;
      if (child.header_begin < place || child.body_end > part.body_end) return "child outside" + at;
      const auto between = text.substr(place, child.header_begin - place);
      if (part.kind == Part::Kind::multipart && between.find("--") == std::string_view::npos)
        return "no delimiter" + at;
      place = child.body_end;
    }
    if (part.kind == Part::Kind::message) {
      const auto children = structure.children(i);
      if (children.size() != 1) return "not one message inside" + at;
      const Part& inside = structure.parts[children.front()];
      if (inside.header_begin != part.body_begin || inside.body_end != part.body_end)
        return "message inside is not the body" + at;
      if (inside.envelope.empty()) return "no envelope" + at;
    }
  }
  return {};
}

// The part of `structure` that its encoding keeps.
inline message::Structure kept_of(message::Structure structure) {
  for (auto& part : structure.parts) {
    const auto charset = text::lower(part.charset());
    message::Part kept;
    kept.kind = part.kind;
    kept.encoding = part.encoding;
    kept.is_attachment = part.is_attachment;
    kept.parent = part.parent;
    kept.end = part.end;
    kept.header_begin = part.header_begin;
    kept.body_begin = part.body_begin;
    kept.body_end = part.body_end;
    kept.lines = part.lines;
    kept.type = part.type.substr(0, 1000);
    kept.subtype = part.subtype.substr(0, 1000);
    if (!charset.empty()) kept.parameters = {{"charset", charset.substr(0, 1000)}};
    part = kept;
  }
  structure.problems.clear();
  return structure;
}

} // namespace mox::test
