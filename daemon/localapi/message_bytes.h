// The bytes of a stored message, read piece by piece, so that no message is ever in memory whole.
#pragma once

#include "async/task.h"
#include "http/body_source.h"
#include "localapi/stored_message.h"
#include "message/decoder.h"
#include "message/parser.h"
#include "message/section.h"
#include "message/structure.h"
#include "result/result.h"
#include "store/store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mox::localapi {

// Reads on when the message has left its mailbox meanwhile, for as long as the store has it.
class MessageBytes {
public:
  MessageBytes(const store::Store& store, const StoredMessage& message, message::Range range)
      : store_(&store), account_(message.place.account), message_(message.placement.message),
        range_(range) {}

  std::uint64_t size() const { return range_.size(); }

  // Empty at the end; valid until the next call.
  Result<std::string_view> next();

private:
  const store::Store* store_;
  store::AccountId account_;
  store::MessageId message_;
  message::Range range_; // what is still to be read
  std::string piece_;
};

// As it stands.
class RawBody final : public http::BodySource {
public:
  explicit RawBody(MessageBytes bytes) : size_(bytes.size()), bytes_(std::move(bytes)) {}

  std::optional<std::uint64_t> size() const override { return size_; }

  async::Task<Result<std::string_view>> next() override;

private:
  std::uint64_t size_;
  MessageBytes bytes_;
};

// The content of a part: its transfer encoding off, and text as UTF-8.
class PartBody final : public http::BodySource {
public:
  PartBody(MessageBytes bytes, const message::Part& part);

  std::optional<std::uint64_t> size() const override { return std::nullopt; }

  async::Task<Result<std::string_view>> next() override;

private:
  MessageBytes bytes_;
  std::variant<message::Decoder, message::TextDecoder> decoder_;
  std::string decoded_;
  bool ended_ = false;
};

// The whole message, in one pass with pauses for others.
async::Task<Result<message::Message>> parse_stored(MessageBytes bytes);

} // namespace mox::localapi
