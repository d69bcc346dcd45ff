// How much TLS a conversation must have.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace mox::tls {
class ClientContext;
}

namespace mox::smtpclient {

// A value; a context given by reference must outlive the client. What is verified, and how, is the
// context's matter: authorities and names, or DANE.
class TlsPolicy {
public:
  enum class Demand : std::uint8_t { none, when_offered, required };
  enum class Start : std::uint8_t { starttls, immediate };

  // STARTTLS is not used, even when it is offered.
  static TlsPolicy none();
  // STARTTLS when it is offered, with anybody's certificate; else plaintext (RFC 7435). A handshake
  // that fails is an error: whether to come again in plaintext is for the caller to say. `name` is
  // what to ask for with SNI, or empty.
  static TlsPolicy opportunistic(tls::ClientContext& unverified, std::string name);
  // Never plaintext, but with anybody's certificate.
  static TlsPolicy required_unverified(tls::ClientContext& unverified, std::string name,
                                       Start start);
  // Never plaintext, and only with whom the context trusts to be `name`.
  static TlsPolicy verified(tls::ClientContext& verifying, std::string name, Start start);

  // The same with a context that is this policy's own.
  static TlsPolicy verified(std::shared_ptr<tls::ClientContext> verifying, std::string name,
                            Start start);

  // STARTTLS is said even when it is not offered: for those who try out servers.
  TlsPolicy insisting() const;

  Demand demand() const { return demand_; }

  bool insists() const { return insists_; }

  bool immediate() const { return start_ == Start::immediate; }

  // Nobody but the named server can be at the other end of TLS.
  bool verifies() const;

  // For a demand other than none.
  tls::ClientContext& context() const { return *context_; }

  const std::string& name() const { return name_; }

private:
  Demand demand_ = Demand::none;
  Start start_ = Start::starttls;
  bool insists_ = false;
  tls::ClientContext* context_ = nullptr;
  std::shared_ptr<tls::ClientContext> own_; // may be null
  std::string name_;
};

} // namespace mox::smtpclient
