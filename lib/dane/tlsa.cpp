#include "dane/tlsa.h"

#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <array>

namespace mox::dane {

namespace {

constexpr std::array<std::string_view, 4> usages{"PKIX-TA", "PKIX-EE", "DANE-TA", "DANE-EE"};
constexpr std::array<std::string_view, 2> selectors{"Cert", "SPKI"};
constexpr std::array<std::string_view, 3> matchings{"Full", "SHA2-256", "SHA2-512"};

std::string joined(std::span<const std::string_view> names) {
  std::string all;
  for (const auto name : names) {
    if (!all.empty()) all += ", ";
    all += text::lower(name);
  }
  return all;
}

Result<std::uint8_t> parse(std::string_view what, std::span<const std::string_view> names,
                           std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (text::iequals(names[i], text)) return static_cast<std::uint8_t>(i);
  if (const auto number = text::parse_number<std::uint8_t>(text)) return *number;
  return failure(ErrorKind::invalid, fmt::format("the {} of a TLSA record is {} or a number up to "
                                                 "255, not \"{}\"",
                                                 what, joined(names), text));
}

std::string name_of(std::span<const std::string_view> names, std::uint8_t number) {
  return number < names.size() ? std::string(names[number]) : std::to_string(number);
}

} // namespace

Result<std::uint8_t> parse_usage(std::string_view text) {
  return parse("usage", usages, text);
}

Result<std::uint8_t> parse_selector(std::string_view text) {
  return parse("selector", selectors, text);
}

Result<std::uint8_t> parse_matching(std::string_view text) {
  return parse("matching type", matchings, text);
}

std::string usage_name(std::uint8_t usage) {
  return name_of(usages, usage);
}

std::string selector_name(std::uint8_t selector) {
  return name_of(selectors, selector);
}

std::string matching_name(std::uint8_t matching_type) {
  return name_of(matchings, matching_type);
}

std::string to_string(const dns::Tlsa& record) {
  return fmt::format("{} {} {} {}", record.usage, record.selector, record.matching_type,
                     text::hex_encode(record.data));
}

bool is_understood(const dns::Tlsa& record) {
  if (record.usage >= usages.size() || record.selector >= selectors.size()) return false;
  switch (record.matching_type) {
  case 0: return !record.data.empty();
  case 1: return record.data.size() == 32;
  case 2: return record.data.size() == 64;
  default: return false;
  }
}

bool is_usable_for_smtp(const dns::Tlsa& record) {
  return is_understood(record) && record.usage >= static_cast<std::uint8_t>(Usage::dane_ta);
}

std::vector<dns::Tlsa> usable_for_smtp(std::span<const dns::Tlsa> records) {
  std::vector<dns::Tlsa> usable;
  for (const auto& record : records.first(std::min(records.size(), record_limit)))
    if (is_usable_for_smtp(record)) usable.push_back(record);
  return usable;
}

Result<dns::Name> tlsa_name(const dns::Name& host, std::uint16_t port) {
  return dns::parse_name(fmt::format("_{}._tcp.{}", port, host.ascii()), {.underscore = true});
}

} // namespace mox::dane
