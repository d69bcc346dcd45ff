// One exchange of AUTH (RFC 4954 section 4); for this folder only.
#pragma once

#include "async/task.h"
#include "sasl/client.h"
#include "smtpclient/conversation.h"
#include "smtpclient/error.h"
#include "text/secret.h"

#include <string>

namespace mox::smtpclient {

// Both must outlive it.
class Authentication {
public:
  Authentication(Conversation& conversation, sasl::Client& mechanism);

  // Once.
  async::Task<Result<void, Error>> run();

private:
  async::Task<Result<smtp::Reply, Error>> begin();
  // A line that has the secret, which is shown as `shown`.
  async::Task<Result<smtp::Reply, Error>> say(std::string line, std::string shown);
  Result<text::Secret> respond(const smtp::Reply& challenge);
  async::Task<Result<void, Error>> cancel(mox::Error reason);
  Result<void, Error> end();

  Conversation& conversation_;
  sasl::Client& mechanism_;
  std::string title_; // "AUTH PLAIN"
  text::Secret held_; // an initial response that did not fit behind the command
};

} // namespace mox::smtpclient
