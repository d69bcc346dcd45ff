#include "cli/kind.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace mox::cli {
namespace {

std::optional<std::int64_t> number(std::string_view value) {
  std::int64_t result = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
  if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  return result;
}

bool is_address(std::string_view value) {
  const auto at = value.rfind('@');
  return at != std::string_view::npos && at != 0 && has_form_of(Kind::domain, value.substr(at + 1));
}

bool is_domain(std::string_view value) {
  return !value.empty() && value.find_first_of(" \t\r\n@/") == std::string_view::npos;
}

} // namespace

std::string_view description(Kind kind) {
  switch (kind) {
  case Kind::flag: return "nothing";
  case Kind::text: return "a text";
  case Kind::integer: return "a whole number";
  case Kind::path: return "the path of a file";
  case Kind::directory: return "the path of a folder";
  case Kind::address: return "an address like user@example.org";
  case Kind::account: return "the name of an account";
  case Kind::domain: return "a domain like example.org";
  case Kind::queue_id: return "the number of a message in the queue";
  case Kind::command: return "a command";
  }
  return {};
}

bool has_form_of(Kind kind, std::string_view value) {
  switch (kind) {
  case Kind::flag: return value.empty();
  case Kind::text: return true;
  case Kind::integer: return number(value).has_value();
  case Kind::queue_id: return number(value).value_or(0) > 0;
  case Kind::address: return is_address(value);
  case Kind::domain: return is_domain(value);
  case Kind::path:
  case Kind::directory:
  case Kind::account:
  case Kind::command: return !value.empty();
  }
  return false;
}

} // namespace mox::cli
