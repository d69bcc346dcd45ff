#include "smtpclient/delivery_policy.h"

#include "dane/verify.h"
#include "daneverify/verifier.h"

#include <memory>
#include <utility>

namespace mox::smtpclient {

namespace {

constexpr auto starttls = TlsPolicy::Start::starttls;

Result<TlsPolicy> dane_policy(bool authorities_too, const DeliveryHost& host,
                              const DeliveryContexts& contexts) {
  dane::Expectation expectation{
      .names = host.names, .now = {}, .usages = dane::smtp_usages, .authorities = nullptr};
  auto verifier = std::make_shared<const daneverify::Verifier>(
      host.tlsa_records, std::move(expectation), contexts.clock);
  if (authorities_too) {
    MOX_TRY_ASSIGN(both, tls::ClientContext::like(contexts.authorities));
    both.also_check(std::move(verifier));
    auto context = std::make_shared<tls::ClientContext>(std::move(both));
    // RFC 8461 section 4.2: the name of the MX record is what the certificate must have.
    return TlsPolicy::verified(std::move(context), host.name.ascii(), starttls);
  }
  MOX_TRY_ASSIGN(alone, tls::ClientContext::checked_by(std::move(verifier)));
  const auto& name = host.names.empty() ? host.name : host.names.front();
  auto context = std::make_shared<tls::ClientContext>(std::move(alone));
  return TlsPolicy::verified(std::move(context), name.ascii(), starttls);
}

} // namespace

Result<TlsPolicy> delivery_policy(const mxpolicy::Decision& decision, const DeliveryHost& host,
                                  const DeliveryContexts& contexts) {
  if (decision.verify_dane) return dane_policy(decision.verify_authorities, host, contexts);
  if (decision.verify_authorities)
    return TlsPolicy::verified(contexts.authorities, host.name.ascii(), starttls);
  if (decision.tls_required)
    return TlsPolicy::required_unverified(contexts.observing, host.name.ascii(), starttls);
  return TlsPolicy::opportunistic(contexts.observing, host.name.ascii());
}

} // namespace mox::smtpclient
