// Where the bytes of a message come from while it is sent.
#pragma once

#include "async/task.h"
#include "result/result.h"

#include <string_view>
#include <utility>

namespace mox::smtpclient {

// With CRLF as line ends, and without dots added.
class MessageSource {
public:
  virtual ~MessageSource() = default;
  // The next piece, of any size, valid until the next call; empty at the end. One that fails makes
  // the transaction fail, and ends the conversation: there is no other way to take back a message
  // that has begun.
  virtual async::Task<Result<std::string_view>> next() = 0;
};

// Bytes in memory, which must outlive it.
class TextSource final : public MessageSource {
public:
  explicit TextSource(std::string_view text) : text_(text) {}

  async::Task<Result<std::string_view>> next() override {
    co_return std::exchange(text_, std::string_view());
  }

private:
  std::string_view text_;
};

} // namespace mox::smtpclient
