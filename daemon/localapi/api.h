// The HTTP API of a local test instance: what has come, what is to come, and what is to fail.
#pragma once

#include "async/task.h"
#include "result/result.h"
#include "service/service.h"
#include "smtpserver/faults.h"
#include "store/types.h"

#include <atomic>
#include <functional>
#include <string>

namespace mox::localapi {

struct Options {
  std::string version; // of the program
  smtpserver::Faults& faults;
  // The account of a user name; of an empty one, the account that gets all mail.
  // ErrorKind::not_found: there is none.
  std::function<async::Task<Result<store::AccountId>>(std::string user)> find_inbox;
};

class Api {
public:
  explicit Api(Options options) : options_(std::move(options)) {}

  // One connection, to its close.
  async::Task<> serve(service::Session session);

private:
  Options options_;
  std::atomic<int> open_ = 0; // connections
};

} // namespace mox::localapi
