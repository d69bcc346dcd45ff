// The client's side of TLS.
#pragma once

#include "result/result.h"
#include "tls/certificate.h"

#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;

namespace mox::tls {

// Shared by all threads. TLS 1.2 and 1.3.
class ClientContext {
public:
  // Anybody's certificate will do: opportunistic encryption (RFC 7435).
  static Result<ClientContext> unverified();
  // The chain must end at an authority of the system, and the name must match.
  static Result<ClientContext> system_authorities();
  // The same with the authorities, or self-signed certificates, in `pem` alone.
  static Result<ClientContext> authorities(std::string_view pem);

  ~ClientContext();
  ClientContext(ClientContext&&) noexcept;
  ClientContext& operator=(ClientContext&&) noexcept;

  // Shown to servers that ask for one. Before the first connection.
  Result<> show(const Certificate& certificate);

  bool verifies() const;
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
