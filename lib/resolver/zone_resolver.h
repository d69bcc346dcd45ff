// Answers from the text of a zone file instead of the network.
#pragma once

#include "dns/zone.h"
#include "resolver/resolver.h"

namespace mox::resolver {

// Never waits, but for names that are marked slow: a name that is marked as one that nobody answers
// for fails with Problem::timeout at once, as if the deadline had come.
class ZoneResolver final : public Resolver {
public:
  explicit ZoneResolver(dns::Zone zone);
  async::Task<Result<Answer, Failure>> query(dns::Name name, dns::Type type,
                                             SteadyTime deadline) override;

private:
  dns::Zone zone_;
};

} // namespace mox::resolver
