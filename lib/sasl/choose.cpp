// Which mechanism a client takes.

#include "sasl/client.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mox::sasl {

namespace {

// In the order of preference: the stronger hash counts for more than the binding.
constexpr std::array<std::string_view, 8> by_preference = {
    "EXTERNAL",    "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-1", "CRAM-MD5",           "PLAIN",         "LOGIN"};
constexpr std::size_t most_named = 20;

bool is_plus(std::string_view name) {
  return name.size() >= 5 && text::iequals(name.substr(name.size() - 5), "-PLUS");
}

bool is_in(std::span<const std::string> names, std::string_view wanted) {
  return std::ranges::any_of(names, [&](const auto& name) { return text::iequals(name, wanted); });
}

bool fits(std::string_view name, const ClientSituation& situation) {
  if (name == "EXTERNAL") return situation.tls && situation.has_client_certificate;
  if (name == "PLAIN" || name == "LOGIN") return situation.tls;
  return !is_plus(name) || situation.has_bindings;
}

// RFC 4422 section 3.1: what a mechanism's name may be. Others are not repeated to anybody.
bool is_mechanism_name(std::string_view name) {
  return !name.empty() && name.size() <= 20 && std::ranges::all_of(name, [](char c) {
    return text::is_alnum(c) || c == '-' || c == '_';
  });
}

std::string list(std::span<const std::string> names) {
  std::string text;
  for (const auto& name : names.subspan(0, std::min(names.size(), most_named)))
    if (is_mechanism_name(name)) text += (text.empty() ? "" : " ") + text::upper(name);
  return text;
}

std::string explain(std::span<const std::string> offered, std::span<const std::string> allowed,
                    const ClientSituation& situation) {
  const auto offer = list(offered);
  if (offer.empty()) return "the server offers no way to log in";
  auto text = fmt::format("the server offers to log in with {}", offer);
  if (!allowed.empty()) return fmt::format("{}; allowed here: {}", text, list(allowed));
  const bool password = is_in(offered, "PLAIN") || is_in(offered, "LOGIN");
  if (password && !situation.tls) return text + "; without TLS no password is sent";
  return text + ", none of which can be used here";
}

} // namespace

Result<Choice> choose(std::span<const std::string> offered, std::span<const std::string> allowed,
                      const ClientSituation& situation) {
  const bool plus_offered = std::ranges::any_of(offered, is_plus);
  for (const auto name : by_preference)
    if (is_in(offered, name) && (allowed.empty() || is_in(allowed, name)) && fits(name, situation))
      return Choice{name, plus_offered};
  return failure(ErrorKind::unsupported, explain(offered, allowed, situation));
}

} // namespace mox::sasl
