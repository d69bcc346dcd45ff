#include "smtpclient/tls_failure.h"

#include "tls/handshake_problem.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::smtpclient {

namespace {

std::string alert_reason(std::string_view side, std::uint8_t alert) {
  auto name = tls::alert_name(alert);
  std::ranges::replace(name, ' ', '-');
  return fmt::format("tls-{}-alert-{}-{}", side, alert, name);
}

} // namespace

TlsFailure tls_failure(const tls::HandshakeProblem& problem) {
  using Kind = tls::HandshakeProblem::Kind;
  constexpr auto general = "validation-failure";
  switch (problem.kind) {
  case Kind::certificate_expired: return {"certificate-expired", ""};
  case Kind::certificate_name: return {"certificate-host-mismatch", ""};
  case Kind::certificate_untrusted: return {"certificate-not-trusted", ""};
  case Kind::certificate_records: return {general, "dane-no-match"};
  case Kind::local_alert: return {general, alert_reason("local", problem.alert)};
  case Kind::remote_alert: return {general, alert_reason("remote", problem.alert)};
  case Kind::not_tls: return {general, "tls-record-header-error"};
  case Kind::timeout: return {general, "io-timeout-during-handshake"};
  case Kind::closed: return {general, "connection-closed-during-handshake"};
  case Kind::other: break;
  }
  return {general, ""};
}

TlsFailure not_offered() {
  return {"starttls-not-supported", ""};
}

TlsFailure refused(std::uint16_t code) {
  return {"starttls-not-supported", fmt::format("smtp-starttls-reply-code-{}", code)};
}

} // namespace mox::smtpclient
