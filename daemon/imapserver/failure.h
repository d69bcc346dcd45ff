// How a command went, and what a command that fails tells the client and the log.
#pragma once

#include "imap/response_writer.h"
#include "result/result.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mox::imapserver {

// What the tagged OK says.
struct Completion {
  std::string code;               // in brackets, without them; "" for none
  std::string_view text = "done"; // a literal
};

// A handle to the details, because every waiting coroutine has room for several of these, and ten
// thousand sessions wait.
class Failure {
public:
  struct Details {
    imap::Condition condition = imap::Condition::no; // no or bad
    std::string code;                                // RFC 5530 and others; "" for none
    std::string text;                                // for the client
    std::string detail;                              // for the log only
    std::string goodbye; // not empty: the conversation ends after "* BYE" with this text
    bool gone = false;   // the connection is of no more use, nothing is said
    bool quiet = false;  // the reply has been written already
  };

  Failure() : details_(std::make_shared<Details>()) {}

  const Details* operator->() const { return details_.get(); }

  Details* operator->() { return details_.get(); }

private:
  std::shared_ptr<Details> details_;
};

using Outcome = std::expected<Completion, Failure>;

inline Completion done(std::string code = {}, std::string_view text = "done") {
  return {.code = std::move(code), .text = text};
}

inline std::unexpected<Failure> fail(imap::Condition condition, std::string code,
                                     std::string text) {
  Failure failure;
  failure->condition = condition;
  failure->code = std::move(code);
  failure->text = std::move(text);
  return std::unexpected(std::move(failure));
}

inline std::unexpected<Failure> no(std::string code, std::string text) {
  return fail(imap::Condition::no, std::move(code), std::move(text));
}

inline std::unexpected<Failure> bad(std::string text, std::string code = {}) {
  return fail(imap::Condition::bad, std::move(code), std::move(text));
}

// The connection broke, or what was to be sent did not go out in time.
inline std::unexpected<Failure> gone(std::string detail) {
  Failure failure;
  failure->detail = std::move(detail);
  failure->gone = true;
  return std::unexpected(std::move(failure));
}

inline std::unexpected<Failure> closing(std::unexpected<Failure> failure, std::string goodbye) {
  failure.error()->goodbye = std::move(goodbye);
  return failure;
}

// Reading failed. A client that was silent for too long hears why the connection ends (RFC 9051
// section 5.4).
inline std::unexpected<Failure> unread(const Error& error) {
  if (error.kind == ErrorKind::timeout) return closing(bad("inactive"), "inactive");
  return gone(error.text);
}

} // namespace mox::imapserver
