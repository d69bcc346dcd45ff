#include "imapserver/flags.h"

#include "text/ascii.h"

#include <array>
#include <bit>

namespace mox::imapserver {

namespace {

struct Name {
  std::string_view text;
  std::uint16_t bit;
};

constexpr std::array<Name, 10> names = {{
    {"\\Seen", store::flag_seen},
    {"\\Answered", store::flag_answered},
    {"\\Flagged", store::flag_flagged},
    {"\\Deleted", store::flag_deleted},
    {"\\Draft", store::flag_draft},
    {"$Forwarded", store::flag_forwarded},
    {"$Junk", store::flag_junk},
    {"$NotJunk", store::flag_notjunk},
    {"$Phishing", store::flag_phishing},
    {"$MDNSent", store::flag_mdnsent},
}};

// append() counts on the order of the bits.
static_assert([] {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i].bit != 1U << i) return false;
  return true;
}());

constexpr std::size_t max_keyword = 255;
constexpr std::size_t max_keywords = 100; // of one command

void separate(std::string& to) {
  if (to.back() != '(') to += ' ';
}

} // namespace

std::uint16_t system_flag(std::string_view name) {
  for (const auto& known : names)
    if (text::iequals(known.text, name)) return known.bit;
  return 0;
}

std::expected<store::NamedFlags, Failure> parse_flags(std::span<const std::string> given) {
  store::NamedFlags flags;
  for (const auto& name : given) {
    const auto bit = system_flag(name);
    if (bit != 0)
      flags.system |= bit;
    else if (name.starts_with('\\'))
      return bad("no flag that can be set: " + name);
    else if (name.size() > max_keyword)
      return no("LIMIT", "a keyword may not be so long");
    else
      flags.keywords.push_back(text::lower(name));
  }
  if (flags.keywords.size() > max_keywords) return no("LIMIT", "too many keywords at once");
  return flags;
}

void FlagNames::append_keyword(std::string& to, std::size_t number) const {
  if (number >= keywords_.size()) return;
  separate(to);
  to += keywords_[number];
}

void FlagNames::append(std::string& to, const store::Flags& flags) const {
  to += '(';
  for (unsigned system = flags.system; system != 0; system &= system - 1) {
    const auto bit = static_cast<std::size_t>(std::countr_zero(system));
    separate(to);
    to += names[bit].text;
  }
  for (auto bits = flags.keywords.bits; bits != 0; bits &= bits - 1)
    append_keyword(to, static_cast<std::size_t>(std::countr_zero(bits)));
  for (const auto number : flags.keywords.more) append_keyword(to, number);
  to += ')';
}

void FlagNames::append_all(std::string& to, const store::Mailbox& mailbox, bool star) const {
  to += '(';
  for (const auto& known : names) {
    separate(to);
    to += known.text;
  }
  for (const auto number : mailbox.keywords) append_keyword(to, number);
  to += star ? " \\*)" : ")";
}

std::optional<std::uint16_t> FlagNames::number_of(std::string_view keyword) const {
  for (std::size_t i = 0; i < keywords_.size(); ++i)
    if (text::iequals(keywords_[i], keyword)) return static_cast<std::uint16_t>(i);
  return std::nullopt;
}

} // namespace mox::imapserver
