#include "http/host.h"

#include "net/endpoint.h"
#include "text/ascii.h"

#include <algorithm>

namespace mox::http {

namespace {

bool is_port(std::string_view text) {
  return std::ranges::all_of(text, text::is_digit) && text.size() <= 5;
}

bool is_name(std::string_view text) {
  const auto allowed = [](char c) { return text::is_alnum(c) || c == '-' || c == '.' || c == '_'; };
  return !text.empty() && std::ranges::all_of(text, allowed);
}

} // namespace

std::optional<std::string> host_name(std::string_view host) {
  std::string_view name;
  std::string_view rest;
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    name = host.substr(1, end - 1);
    rest = host.substr(end + 1);
    const auto address = net::Address::parse(name);
    if (!address || !name.contains(':')) return std::nullopt;
  } else {
    name = host.substr(0, host.find(':'));
    rest = host.substr(name.size());
    if (!is_name(name)) return std::nullopt;
  }
  if (!rest.empty() && (!rest.starts_with(':') || !is_port(rest.substr(1)))) return std::nullopt;
  return text::lower(name);
}

bool is_safe_host(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name == "localhost" || name.ends_with(".localhost") ||
         net::Address::parse(name).has_value();
}

} // namespace mox::http
