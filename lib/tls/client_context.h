// The client's side of TLS.
#pragma once

#include "result/result.h"
#include "tls/certificate.h"
#include "tls/peer_verifier.h"

#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct x509_store_st;

namespace mox::tls {

// For those who look at servers, not for those who use them: versions as "1.2" and "1.3", ciphers
// and groups as OpenSSL names them, with colons between. "" for what is usual.
struct ClientLimits {
  std::string oldest;
  std::string newest;
  std::string ciphers;       // of TLS 1.2
  std::string cipher_suites; // of TLS 1.3
  std::string groups;
  bool tickets = true;
};

// Shared by all threads. TLS 1.2 and 1.3.
class ClientContext {
public:
  // Anybody's certificate will do: opportunistic encryption (RFC 7435).
  static Result<ClientContext> unverified();
  // The chain must end at an authority of the system, and the name must match.
  static Result<ClientContext> system_authorities();
  // The same with the authorities, or self-signed certificates, in `pem` alone.
  static Result<ClientContext> authorities(std::string_view pem);
  // Authorities and the name do not count: `verifier` alone decides.
  static Result<ClientContext> checked_by(std::shared_ptr<const PeerVerifier> verifier);
  // With the authorities of `other`, or, when that is unverified, without any. Cheap.
  static Result<ClientContext> like(const ClientContext& other);

  ~ClientContext();
  ClientContext(ClientContext&&) noexcept;
  ClientContext& operator=(ClientContext&&) noexcept;

  // Shown to servers that ask for one. Before the first connection.
  Result<> show(const Certificate& certificate);

  // The certificate must please `verifier` as well. Before the first connection.
  void also_check(std::shared_ptr<const PeerVerifier> verifier);
  // The certificate is looked at, but connections go on whatever it is: what is wrong with it
  // stands in the session. Before the first connection.
  void only_observe();
  // Before the first connection. Fails for what OpenSSL does not know.
  Result<> limit(const ClientLimits& limits);

  // Servers whose certificate is not good are refused.
  bool verifies() const;
  // Names in certificates matter, be it for being refused or for being observed.
  bool compares_names() const;
  // The authorities that are trusted.
  x509_store_st* authorities_store() const;
  ssl_ctx_st* handle() const;
  // Tests use it to see both versions: no TLS above 1.2.
  void limit_to_tls12();

private:
  struct State;
  explicit ClientContext(std::unique_ptr<State> state);
  static Result<ClientContext> create(bool verify);
  std::unique_ptr<State> state_;
};

} // namespace mox::tls
