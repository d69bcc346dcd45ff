#include "resolver/stoppable_resolver.h"

#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace mox::resolver {

// Outlives whoever of the two ends first: the one who asks, or the one who waits.
struct StoppableResolver::Question {
  async::Event answered;
  std::optional<Result<Answer, Failure>> outcome;
  std::exception_ptr exception;

  static async::Task<> ask(std::shared_ptr<Question> question, Resolver& resolver, dns::Name name,
                           dns::Type type, SteadyTime deadline) {
    try {
      question->outcome = co_await resolver.query(std::move(name), type, deadline);
    } catch (...) {
      question->exception = std::current_exception();
    }
    question->answered.notify();
  }
};

StoppableResolver::StoppableResolver(Resolver& resolver, const async::Executor& executor)
    : questions_(executor, nullptr), resolver_(resolver) {}

async::Task<Result<Answer, Failure>> StoppableResolver::query(dns::Name name, dns::Type type,
                                                              SteadyTime deadline) {
  const auto given_up = [&] { return failure(failed(Problem::timeout, name, type, "stopped")); };
  if (stopped_) co_return given_up();
  const auto question = std::make_shared<Question>();
  questions_.spawn(Question::ask(question, resolver_, name, type, deadline));
  waiting_.insert(&question->answered);
  // Whoever is asked keeps to the deadline.
  co_await question->answered.wait(SteadyTime::max());
  waiting_.erase(&question->answered);
  if (question->exception) std::rethrow_exception(question->exception);
  if (!question->outcome) co_return given_up();
  co_return *std::move(question->outcome);
}

void StoppableResolver::stop() {
  stopped_ = true;
  for (auto* answered : waiting_) answered->notify();
}

} // namespace mox::resolver
