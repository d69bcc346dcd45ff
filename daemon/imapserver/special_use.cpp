#include "imapserver/special_use.h"

#include "store/types.h"
#include "text/ascii.h"

#include <array>
#include <string_view>
#include <utility>

namespace mox::imapserver {

namespace {

constexpr std::array<std::pair<store::SpecialUse, std::string_view>, 5> names = {{
    {store::SpecialUse::archive, "\\Archive"},
    {store::SpecialUse::drafts, "\\Drafts"},
    {store::SpecialUse::junk, "\\Junk"},
    {store::SpecialUse::sent, "\\Sent"},
    {store::SpecialUse::trash, "\\Trash"},
}};

std::uint8_t bit_of(std::string_view name) {
  for (const auto& [use, text] : names)
    if (mox::text::iequals(text, name)) return std::to_underlying(use);
  return 0;
}

} // namespace

std::optional<std::uint8_t> parse_special_use(std::span<const std::string> given) {
  std::uint8_t bits = 0;
  for (const auto& name : given) {
    const auto bit = bit_of(name);
    if (bit == 0) return std::nullopt;
    bits |= bit;
  }
  return bits;
}

void append_special_use(std::string& to, std::uint8_t use) {
  for (const auto& [bit, text] : names) {
    if ((use & std::to_underlying(bit)) == 0) continue;
    if (to.back() != '(') to += ' ';
    to += text;
  }
}

} // namespace mox::imapserver
