// From what was decided about a delivery to the TLS of its connection.
#pragma once

#include "clock/clock.h"
#include "dns/name.h"
#include "dns/record.h"
#include "mxpolicy/decision.h"
#include "result/result.h"
#include "smtpclient/tls_policy.h"
#include "tls/client_context.h"

#include <vector>

namespace mox::smtpclient {

// Shared by all deliveries, which they outlive.
struct DeliveryContexts {
  tls::ClientContext& authorities; // refuses certificates without them
  tls::ClientContext& observing;   // takes anybody's, and says what is wrong with it
  const Clock& clock;
};

struct DeliveryHost {
  dns::Name name;                      // as MX records have it
  std::vector<dns::Tlsa> tlsa_records; // usable ones, where DANE is to be verified
  std::vector<dns::Name> names;        // for DANE-TA, the first for SNI
};

// For a decision to deliver.
Result<TlsPolicy> delivery_policy(const mxpolicy::Decision& decision, const DeliveryHost& host,
                                  const DeliveryContexts& contexts);

} // namespace mox::smtpclient
