#include "sendmail/message.h"

#include "message/field.h"
#include "random/random.h"
#include "text/ascii.h"
#include "text/base64.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::sendmail {

namespace {

constexpr std::size_t chunk_size = 64 << 10;

bool is_field(std::string_view line) {
  const auto field = message::FieldReader(line).next();
  return field && !field->name.empty();
}

// What mbox files have before each message; "From : x" is a field.
bool is_mbox_line(std::string_view line) {
  return line.starts_with("From ") && !is_field(line);
}

bool is_empty_line(std::string_view line) {
  return line.find_first_not_of("\r\n") == std::string_view::npos;
}

bool is_dot_line(std::string_view line) {
  return line.starts_with('.') && is_empty_line(line.substr(1));
}

Result<> too_long() {
  return failure(
      ErrorKind::invalid,
      fmt::format("the header of the message is longer than {} bytes", max_header_bytes));
}

} // namespace

MessageReader::MessageReader(MessageRules rules, Sink sink)
    : rules_(std::move(rules)), sink_(std::move(sink)), lines_(rules_.dots_are_text) {}

Result<> MessageReader::feed(std::string_view chunk) {
  while (in_header_ && !chunk.empty() && !ended()) MOX_TRY(feed_header(chunk));
  if (chunk.empty() || ended()) return ok();
  out_.clear();
  lines_.take(chunk, out_);
  facts_.ended_by_dot = lines_.ended();
  return give(out_);
}

Result<> MessageReader::feed_header(std::string_view& chunk) {
  const auto end = std::min(chunk.find('\n'), chunk.size() - 1) + 1;
  const auto room = max_header_bytes - line_.size();
  const auto piece = chunk.substr(0, std::min(end, room));
  line_ += piece;
  chunk.remove_prefix(piece.size());
  if (line_.ends_with('\n')) return take_line();
  if (piece.size() < room) return ok();
  // A body may begin with a line of any length, a header may not go on for ever.
  return continues_header() ? too_long() : begin_body();
}

// Whether `line_` is a field, or belongs to the one before it.
bool MessageReader::continues_header() const {
  if (!line_.empty() && text::is_wsp(line_.front())) return !header_.empty();
  return is_field(line_);
}

Result<> MessageReader::take_line() {
  const bool is_first = std::exchange(first_line_, false);
  if (is_first && is_mbox_line(line_)) {
    line_.clear();
    return ok();
  }
  if (!rules_.dots_are_text && is_dot_line(line_)) {
    facts_.ended_by_dot = true;
    line_.clear();
    return ok();
  }
  if (!continues_header()) return begin_body();
  header_ += header_line(line_, facts_.removed_nuls);
  if (header_.size() > max_header_bytes) return too_long();
  line_.clear();
  return ok();
}

// What `line_` holds is the body's, but for the empty line that ends the header.
Result<> MessageReader::begin_body() {
  in_header_ = false;
  MOX_TRY_ASSIGN(header, prepare_header(header_, rules_.header));
  facts_.recipients = std::move(header.recipients);
  facts_.utf8_header = !text::is_ascii(header.text) && text::is_utf8(header.text);
  std::string().swap(header_);
  MOX_TRY(give(header.text));
  const auto line = std::exchange(line_, {});
  if (is_empty_line(line) && line.ends_with('\n')) return ok();
  return feed(line);
}

Result<> MessageReader::give(std::string_view bytes) {
  if (bytes.empty()) return ok();
  facts_.size += bytes.size();
  if (!text::is_ascii(bytes)) facts_.eight_bit = true;
  return sink_(bytes);
}

Result<MessageFacts> MessageReader::finish() {
  if (in_header_ && !line_.empty()) MOX_TRY(take_line());
  if (in_header_) MOX_TRY(begin_body());
  out_.clear();
  if (!facts_.ended_by_dot) lines_.finish(out_);
  MOX_TRY(give(out_));
  facts_.ended_by_dot = facts_.ended_by_dot || lines_.ended();
  facts_.removed_nuls += lines_.removed();
  return std::move(facts_);
}

Result<MessageFacts> read_message(const Source& source, MessageRules rules, Sink sink) {
  MessageReader reader(std::move(rules), std::move(sink));
  std::vector<char> buffer(chunk_size);
  while (!reader.ended()) {
    MOX_TRY_ASSIGN(size, source(buffer));
    if (size == 0) break;
    MOX_TRY(reader.feed({buffer.data(), size}));
  }
  return reader.finish();
}

std::string new_message_id(Random& random, const dns::Name& domain) {
  constexpr std::size_t random_bytes = 16;
  return fmt::format("<{}@{}>", text::hex_encode(random.bytes(random_bytes)), domain.ascii());
}

} // namespace mox::sendmail
