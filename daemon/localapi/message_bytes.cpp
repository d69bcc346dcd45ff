#include "localapi/message_bytes.h"

#include "async/sleep.h"

#include <algorithm>

namespace mox::localapi {

namespace {

constexpr std::uint64_t piece_size = 64 * 1024;

} // namespace

Result<std::string_view> MessageBytes::next() {
  const auto size = std::min(piece_size, range_.size());
  piece_.resize(static_cast<std::size_t>(size));
  if (size == 0) return std::string_view();
  const auto snapshot = store_->read();
  auto reader = snapshot.messages(account_);
  const auto content = reader.content(message_);
  const auto rendering = reader.rendering(message_);
  if (!content || !rendering) return failure(ErrorKind::not_found, "the message is gone");
  MOX_TRY(store_->read_message(snapshot, *content, *rendering, range_.begin, piece_));
  range_.begin += size;
  return std::string_view(piece_);
}

async::Task<Result<std::string_view>> RawBody::next() {
  co_return bytes_.next();
}

PartBody::PartBody(MessageBytes bytes, const message::Part& part)
    : bytes_(std::move(bytes)), decoder_(message::Decoder(part.encoding)) {
  if (part.type == "text") decoder_.emplace<message::TextDecoder>(part);
}

async::Task<Result<std::string_view>> PartBody::next() {
  decoded_.clear();
  while (decoded_.empty() && !ended_) {
    const auto piece = bytes_.next();
    if (!piece) co_return std::unexpected(piece.error());
    ended_ = piece->empty();
    const auto decode = [&](auto& decoder) {
      if (ended_)
        decoder.finish(decoded_);
      else
        decoder.feed(*piece, decoded_);
    };
    std::visit(decode, decoder_);
    // What decodes to nothing may be long.
    co_await async::yield();
  }
  co_return std::string_view(decoded_);
}

async::Task<Result<message::Message>> parse_stored(MessageBytes bytes) {
  message::Parser parser;
  while (true) {
    const auto piece = bytes.next();
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->empty()) break;
    parser.feed(*piece);
    co_await async::yield();
  }
  co_return parser.finish();
}

} // namespace mox::localapi
