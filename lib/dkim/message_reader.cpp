#include "dkim/message_reader.h"

namespace mox::dkim {

namespace {

constexpr std::size_t usual_size = 4096;

} // namespace

std::string_view MessageReader::feed(std::string_view chunk) {
  if (header_.capacity() < usual_size) header_.reserve(usual_size);
  while (!complete_ && !chunk.empty()) {
    const auto end = chunk.find('\n');
    const auto size = end == std::string_view::npos ? chunk.size() : end + 1;
    header_ += chunk.substr(0, size);
    chunk.remove_prefix(size);
    if (header_.size() > header_limit) too_large_ = complete_ = true;
    if (end == std::string_view::npos) break;
    const auto line = std::string_view(header_).substr(line_);
    if (line == "\r\n" || line == "\n") {
      header_.resize(line_);
      complete_ = true;
    }
    line_ = header_.size();
  }
  return chunk;
}

} // namespace mox::dkim
