#include "store/proof_findings.h"

#include "text/utf8.h"

#include <iterator>

namespace mox::store {

namespace {

constexpr std::size_t most_of_a_kind = 20;

bool is_control(char32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

// Names out of damaged rows may hold anything. Nothing of it must end the line or move a terminal's
// cursor.
std::string legible(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    auto rest = line;
    const auto character = text::next_utf8(rest);
    const auto bytes = line.substr(0, line.size() - rest.size());
    line = rest;
    const bool malformed = character == U'\uFFFD' && bytes.size() == 1;
    if (!malformed && !is_control(character)) {
      out += bytes;
      continue;
    }
    for (const char byte : bytes) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
  return out;
}

} // namespace

bool Findings::count(std::string_view kind) {
  auto found = counts_.find(kind);
  if (found == counts_.end()) found = counts_.emplace(kind, 0).first;
  return ++found->second <= most_of_a_kind;
}

void Findings::list(std::string_view kind, std::string_view text) {
  errors_.push_back(legible(fmt::format("{}: {}", kind, text)));
}

std::vector<std::string> Findings::take() {
  for (const auto& [kind, count] : counts_) {
    if (count <= most_of_a_kind) continue;
    errors_.push_back(fmt::format("{}: {} more like these", kind, count - most_of_a_kind));
  }
  counts_.clear();
  return std::move(errors_);
}

} // namespace mox::store
