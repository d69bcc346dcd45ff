#include "smtpclient/tls_policy.h"

#include "tls/client_context.h"

#include <stdexcept>
#include <utility>

namespace mox::smtpclient {

namespace {

// Taking one context for the other would go unnoticed until somebody is in the middle.
void expect(const tls::ClientContext& context, bool verifies) {
  if (context.verifies() != verifies)
    throw std::logic_error("the TLS context does not verify what the policy says");
}

} // namespace

TlsPolicy TlsPolicy::none() {
  return {};
}

TlsPolicy TlsPolicy::opportunistic(tls::ClientContext& unverified, std::string name) {
  expect(unverified, false);
  TlsPolicy policy;
  policy.demand_ = Demand::when_offered;
  policy.context_ = &unverified;
  policy.name_ = std::move(name);
  return policy;
}

TlsPolicy TlsPolicy::required_unverified(tls::ClientContext& unverified, std::string name,
                                         Start start) {
  auto policy = opportunistic(unverified, std::move(name));
  policy.demand_ = Demand::required;
  policy.start_ = start;
  return policy;
}

TlsPolicy TlsPolicy::verified(tls::ClientContext& verifying, std::string name, Start start) {
  expect(verifying, true);
  TlsPolicy policy;
  policy.demand_ = Demand::required;
  policy.start_ = start;
  policy.context_ = &verifying;
  policy.name_ = std::move(name);
  return policy;
}

TlsPolicy TlsPolicy::verified(std::shared_ptr<tls::ClientContext> verifying, std::string name,
                              Start start) {
  auto policy = verified(*verifying, std::move(name), start);
  policy.own_ = std::move(verifying);
  return policy;
}

TlsPolicy TlsPolicy::insisting() const {
  auto policy = *this;
  policy.insists_ = true;
  return policy;
}

bool TlsPolicy::verifies() const {
  return context_ != nullptr && context_->verifies();
}

} // namespace mox::smtpclient
