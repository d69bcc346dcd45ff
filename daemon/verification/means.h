// What verification asks with.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dkimverify/keys.h"
#include "metrics/metrics.h"
#include "publicsuffix/publicsuffix.h"
#include "random/random.h"
#include "resolver/measured_resolver.h"
#include "resolver/resolver.h"
#include "resolver/stoppable_resolver.h"

namespace mox::verification {

// Of one I/O thread, that of `executor`. What it is made from outlives it.
class Means {
public:
  Means(resolver::Resolver& resolver, const async::Executor& executor,
        const publicsuffix::List& public_suffixes, metrics::Metrics& counters,
        const Clock& of_clock, Random& of_random)
      : names(resolver, executor), iprev(names, counters, of_clock, "iprev"),
        spf(names, counters, of_clock, "spf"), dkim(names, counters, of_clock, "dkim"),
        dmarc(names, counters, of_clock, "dmarc"), suffixes(public_suffixes), metrics(counters),
        clock(of_clock), random(of_random) {}

  // Stopped, it lets every verification end at once, with what it has found out.
  resolver::StoppableResolver names;
  // Each counts its own questions.
  resolver::MeasuredResolver iprev;
  resolver::MeasuredResolver spf;
  resolver::MeasuredResolver dkim;
  resolver::MeasuredResolver dmarc;
  dkimverify::KeyCache keys;
  const publicsuffix::List& suffixes;
  metrics::Metrics& metrics;
  const Clock& clock;
  Random& random;
};

} // namespace mox::verification
