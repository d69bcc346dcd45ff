#include "tls/peer_check.h"

#include "tls/handles.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <string>
#include <vector>

namespace mox::tls {

namespace {

using Kind = HandshakeProblem::Kind;

PeerCheck* check_of(const SSL* ssl) {
  return static_cast<PeerCheck*>(SSL_get_app_data(ssl));
}

Kind kind_of(int error) {
  switch (error) {
  case X509_V_ERR_CERT_HAS_EXPIRED:
  case X509_V_ERR_CERT_NOT_YET_VALID: return Kind::certificate_expired;
  case X509_V_ERR_HOSTNAME_MISMATCH:
  case X509_V_ERR_IP_ADDRESS_MISMATCH: return Kind::certificate_name;
  default: return Kind::certificate_untrusted;
  }
}

std::string encoded(X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  if (size <= 0) return {};
  std::string der(bytes, bytes + size);
  OPENSSL_free(bytes);
  return der;
}

std::vector<std::string> chain_of(X509_STORE_CTX* store) {
  std::vector<std::string> chain{encoded(X509_STORE_CTX_get0_cert(store))};
  const STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(store);
  // The peer's own certificate is the first of these as well.
  for (int i = 1; i < sk_X509_num(sent); ++i) chain.push_back(encoded(sk_X509_value(sent, i)));
  return chain;
}

std::optional<HandshakeProblem> ask_authorities(X509_STORE_CTX* store) {
  if (X509_verify_cert(store) == 1) return std::nullopt;
  const int error = X509_STORE_CTX_get_error(store);
  return HandshakeProblem{.kind = kind_of(error), .text = X509_verify_cert_error_string(error)};
}

// What the peer is told: an alert that fits.
int error_for(const HandshakeProblem& problem) {
  switch (problem.kind) {
  case Kind::certificate_expired: return X509_V_ERR_CERT_HAS_EXPIRED;
  case Kind::certificate_name: return X509_V_ERR_HOSTNAME_MISMATCH;
  case Kind::certificate_records: return X509_V_ERR_DANE_NO_MATCH;
  default: return X509_V_ERR_CERT_UNTRUSTED;
  }
}

constexpr int fatal = SSL3_AL_FATAL;

void on_info(const SSL* ssl, int where, int value) {
  if ((where & SSL_CB_ALERT) == 0 || (value >> 8) != fatal) return;
  PeerCheck* check = check_of(ssl);
  if (check == nullptr) return;
  const auto alert = static_cast<std::uint8_t>(value & 0xff);
  const bool ours = (where & SSL_CB_WRITE) != 0;
  check->alert = HandshakeProblem{
      .kind = ours ? Kind::local_alert : Kind::remote_alert,
      .alert = alert,
      .text = ours ? "" : fmt::format("the peer ended TLS: {}", alert_name(alert))};
}

bool is_not_tls(int reason) {
  return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
         reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_BAD_RECORD_TYPE ||
         reason == SSL_R_RECORD_LENGTH_MISMATCH;
}

} // namespace

std::string alert_name(std::uint8_t alert) {
  const char* name = SSL_alert_desc_string_long(alert);
  return name != nullptr ? name : "unknown";
}

int check_peer(X509_STORE_CTX* store, void* rules) {
  const auto& wanted = *static_cast<const PeerRules*>(rules);
  std::optional<HandshakeProblem> problem;
  if (wanted.authorities) problem = ask_authorities(store);
  if (!problem && wanted.verifier) {
    problem = wanted.verifier->check(chain_of(store));
    X509_STORE_CTX_set_error(store, problem ? error_for(*problem) : X509_V_OK);
  }
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const bool good = !problem;
  if (PeerCheck* check = check_of(ssl)) check->certificate = std::move(problem);
  return good ? 1 : 0;
}

void watch_peer(SSL* ssl, PeerCheck& check) {
  SSL_set_app_data(ssl, &check);
  SSL_set_info_callback(ssl, on_info);
}

HandshakeProblem problem_of(const PeerCheck& check, unsigned long error) {
  if (check.certificate) return *check.certificate;
  const char* words = error != 0 ? ERR_reason_error_string(error) : nullptr;
  const std::string text = words != nullptr ? words : "";
  const int reason = ERR_GET_REASON(error);
  if (is_not_tls(reason))
    return {.kind = Kind::not_tls, .text = fmt::format("the peer does not speak TLS: {}", text)};
  if (check.alert) {
    auto problem = *check.alert;
    if (problem.text.empty()) problem.text = text;
    return problem;
  }
  return {.kind = Kind::other, .text = text.empty() ? "unknown reason" : text};
}

} // namespace mox::tls
