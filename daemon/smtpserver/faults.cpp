#include "smtpserver/faults.h"

#include "text/ascii.h"

#include <string>

namespace mox::smtpserver {

namespace {

Stage stage_of(std::string_view localpart) {
  if (localpart.starts_with("mailfrom")) return Stage::mail;
  if (localpart.starts_with("rcptto")) return Stage::rcpt;
  return Stage::data;
}

std::optional<int> code_at_end(std::string_view localpart) {
  if (localpart.size() < 3) return std::nullopt;
  const auto digits = localpart.substr(localpart.size() - 3);
  if (digits[0] != '4' && digits[0] != '5') return std::nullopt;
  const auto code = text::parse_number<unsigned>(digits);
  if (!code) return std::nullopt;
  return static_cast<int>(*code);
}

} // namespace

std::optional<Fault> fault_for(std::string_view localpart, Stage stage) {
  const auto name = text::lower(localpart);
  if (stage_of(name) != stage) return std::nullopt;
  if (name.ends_with("timeout")) return Fault{.code = 0};
  if (name.ends_with("temperror")) return Fault{.code = 451};
  if (name.ends_with("permerror")) return Fault{.code = 550};
  if (const auto code = code_at_end(name)) return Fault{.code = *code};
  return std::nullopt;
}

} // namespace mox::smtpserver
