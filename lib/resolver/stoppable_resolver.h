// Asks another resolver until told to stop: from then on nobody waits for an answer.
#pragma once

#include "async/event.h"
#include "async/gate.h"
#include "async/task.h"
#include "resolver/resolver.h"

#include <set>

namespace mox::resolver {

// Used on the thread of one executor.
class StoppableResolver final : public Resolver {
public:
  // `resolver` outlives this and what runs on `executor`.
  StoppableResolver(Resolver& resolver, const async::Executor& executor);

  // Problem::timeout once stopped.
  async::Task<Result<Answer, Failure>> query(dns::Name name, dns::Type type,
                                             SteadyTime deadline) override;
  // Ends what waits and what is asked later. The questions under way go on by themselves until
  // their deadlines, or the end of the executor.
  void stop();

private:
  struct Question;

  async::Gate questions_;
  Resolver& resolver_;
  std::set<async::Event*> waiting_;
  bool stopped_ = false;
};

} // namespace mox::resolver
