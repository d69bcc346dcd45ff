// libunbound's context: questions with a deadline for any thread. For resolver alone.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "net/endpoint.h"
#include "resolver/validating_resolver.h"
#include "result/result.h"

#include <memory>
#include <optional>
#include <string>
#include <unbound.h>
#include <vector>

namespace mox::resolver {

struct UnboundFree {
  void operator()(ub_result* result) const { ub_resolve_free(result); }

  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};

using UnboundResult = std::unique_ptr<ub_result, UnboundFree>;

// Owned by shared pointers: handlers that are on their way keep it alive.
class UnboundContext : public std::enable_shared_from_this<UnboundContext> {
public:
  static Result<std::shared_ptr<UnboundContext>> make(const ValidatingResolver::Options& options,
                                                      const async::Executor& home);
  ~UnboundContext();
  UnboundContext(const UnboundContext&) = delete;
  UnboundContext& operator=(const UnboundContext&) = delete;

  // On the home thread, or when that does not run any more.
  void close();

  // `name` as in a zone file. Never a null pointer. ErrorKind::timeout at the deadline; temporary
  // when the library cannot.
  async::Task<Result<UnboundResult>> resolve(std::string name, int type, SteadyTime deadline);

private:
  struct Pending;
  struct Watch;

  explicit UnboundContext(async::Executor home);
  Result<> start(const ValidatingResolver::Options& options);
  Result<> set_option(const char* name, const char* value);
  Result<> set_sizes();
  Result<> set_anchors(const ValidatingResolver::Options& options);
  Result<> set_forwarding(const net::Endpoint& server);
  void begin(const std::shared_ptr<Pending>& pending, const std::string& name, int type);
  void forget(const std::shared_ptr<Pending>& pending);
  static void on_result(void* data, int error, ub_result* result);

  async::Executor home_;
  std::unique_ptr<ub_ctx, UnboundFree> context_;
  std::unique_ptr<Watch> watch_;
  struct Tickets;
  std::unique_ptr<Tickets> tickets_;
};

} // namespace mox::resolver
