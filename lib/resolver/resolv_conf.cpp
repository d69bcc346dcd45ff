#include "resolver/resolv_conf.h"

#include "text/ascii.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace mox::resolver {

namespace {

// MAXNS, RES_MAXRETRANS and RES_MAXRETRY of the C library.
constexpr std::size_t server_limit = 3;
constexpr unsigned timeout_limit = 30;
constexpr unsigned attempts_limit = 5;

std::string_view take_word(std::string_view& line) {
  line = text::trim(line);
  const auto word = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(word.size());
  return word;
}

// The number behind `prefix`, within 1 and `limit`.
std::optional<unsigned> number_behind(std::string_view word, std::string_view prefix,
                                      unsigned limit) {
  if (!word.starts_with(prefix)) return std::nullopt;
  const auto number = text::parse_number<std::uint32_t>(word.substr(prefix.size()));
  if (!number) return std::nullopt;
  return std::clamp<unsigned>(*number, 1, limit);
}

void read_option(std::string_view word, ResolvConf& conf) {
  if (word == "trust-ad") conf.trust_ad = true;
  if (const auto seconds = number_behind(word, "timeout:", timeout_limit))
    conf.timeout = std::chrono::seconds(*seconds);
  if (const auto attempts = number_behind(word, "attempts:", attempts_limit))
    conf.attempts = static_cast<int>(*attempts);
}

void read_line(std::string_view line, ResolvConf& conf) {
  if (line.starts_with('#') || line.starts_with(';')) return;
  const auto keyword = take_word(line);
  if (keyword == "nameserver") {
    const auto address = net::Address::parse(take_word(line));
    if (address && conf.servers.size() < server_limit) conf.servers.push_back(*address);
  } else if (keyword == "options") {
    for (auto word = take_word(line); !word.empty(); word = take_word(line))
      read_option(word, conf);
  }
}

} // namespace

ResolvConf parse_resolv_conf(std::string_view text) {
  ResolvConf conf;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    read_line(text.substr(0, end), conf);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (conf.servers.empty()) conf.servers.push_back(net::Address::v4({127, 0, 0, 1}));
  return conf;
}

} // namespace mox::resolver
