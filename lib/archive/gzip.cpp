// Reading gzip (RFC 1952) by zlib.
#include "archive/extract.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <zlib.h>

namespace mox::archive {

namespace {

constexpr int gzip_window = 15 + 16; // "+ 16": gzip and nothing else

class Inflater {
public:
  explicit Inflater(std::string_view bytes) : rest_(bytes) {
    if (inflateInit2(&stream_, gzip_window) != Z_OK)
      throw std::runtime_error("zlib cannot start to decompress");
  }

  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  ~Inflater() { inflateEnd(&stream_); }

  // Adds the next member to `to`.
  Result<> member(std::string& to, std::size_t limit) {
    inflateReset(&stream_);
    while (true) {
      const int status = step(to);
      if (to.size() > limit)
        return failure(ErrorKind::full,
                       fmt::format("the gzip file has more than {} bytes in it", limit));
      if (status == Z_STREAM_END) return ok();
      if (status == Z_BUF_ERROR || (status == Z_OK && starved()))
        return failure(ErrorKind::invalid, "the gzip file is cut short");
      if (status != Z_OK) return failure(ErrorKind::invalid, "the gzip file is damaged");
    }
  }

  bool at_member() const { return format_of(rest_) == Format::gzip; }

private:
  int step(std::string& to) {
    const auto size = std::min(rest_.size(), input_.size());
    std::copy_n(rest_.begin(), size, input_.begin());
    stream_.next_in = input_.data();
    stream_.avail_in = static_cast<uInt>(size);
    stream_.next_out = output_.data();
    stream_.avail_out = static_cast<uInt>(output_.size());
    const int status = inflate(&stream_, Z_NO_FLUSH);
    rest_.remove_prefix(size - stream_.avail_in);
    to.append(output_.begin(), output_.end() - stream_.avail_out);
    return status;
  }

  // All input is used up, and all output that it gives is out.
  bool starved() const { return rest_.empty() && stream_.avail_out != 0; }

  z_stream stream_{};
  std::string_view rest_;
  std::array<Bytef, 16 << 10> input_{};
  std::array<Bytef, 64 << 10> output_{};
};

} // namespace

Result<std::string> extract_gzip(std::string_view bytes, const Limits& limits) {
  Inflater inflater(bytes);
  std::string content;
  for (std::size_t members = 0; members == 0 || inflater.at_member(); ++members) {
    if (members == limits.members)
      return failure(ErrorKind::full,
                     fmt::format("the gzip file has more than {} members", limits.members));
    MOX_TRY(inflater.member(content, limits.size));
  }
  return content;
}

} // namespace mox::archive
