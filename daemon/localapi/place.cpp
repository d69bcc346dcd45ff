#include "localapi/place.h"

#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace mox::localapi {

std::string to_string(const Place& place) {
  return fmt::format("{}.{}.{}", static_cast<std::uint32_t>(place.account),
                     static_cast<std::uint32_t>(place.mailbox), place.uid);
}

std::optional<Place> parse_place(std::string_view text) {
  std::array<std::uint32_t, 3> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const bool last = i + 1 == numbers.size();
    const auto end = last ? text.size() : text.find('.');
    if (end == std::string_view::npos) return std::nullopt;
    const auto number = text::parse_number<std::uint32_t>(text.substr(0, end));
    if (!number) return std::nullopt;
    numbers[i] = *number;
    text.remove_prefix(last ? end : end + 1);
  }
  return Place{.account = store::AccountId{numbers[0]},
               .mailbox = store::MailboxId{numbers[1]},
               .uid = numbers[2]};
}

std::optional<std::vector<std::uint32_t>> parse_part_number(std::string_view text) {
  std::vector<std::uint32_t> path;
  while (true) {
    const auto end = std::min(text.find('.'), text.size());
    const auto number = text::parse_number<std::uint32_t>(text.substr(0, end));
    if (!number || *number == 0) return std::nullopt;
    path.push_back(*number);
    if (end == text.size()) return path;
    text.remove_prefix(end + 1);
  }
}

} // namespace mox::localapi
