#include "archive/compress.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <zlib.h>

namespace mox::archive {

namespace {

constexpr int gzip_window = 15 + 16; // "+ 16" asks zlib for gzip instead of its own format
constexpr int memory_level = 8;
constexpr std::size_t step_size = 16 << 10;

// Ended in every case.
class Deflater {
public:
  Deflater() {
    if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::runtime_error("zlib cannot start to compress");
  }

  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  ~Deflater() { deflateEnd(&stream_); }

  // At most step_size bytes.
  void feed(std::string_view input, bool last, std::string& to) {
    std::copy_n(input.begin(), input.size(), input_.begin());
    stream_.next_in = input_.data();
    stream_.avail_in = static_cast<uInt>(input.size());
    do {
      stream_.next_out = output_.data();
      stream_.avail_out = static_cast<uInt>(output_.size());
      deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      to.append(output_.begin(), output_.end() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

private:
  z_stream stream_{};
  std::array<Bytef, step_size> input_{};
  std::array<Bytef, step_size> output_{};
};

} // namespace

std::string gzip(std::string_view bytes) {
  Deflater deflater;
  std::string out;
  while (bytes.size() > step_size) {
    deflater.feed(bytes.substr(0, step_size), false, out);
    bytes.remove_prefix(step_size);
  }
  deflater.feed(bytes, true, out);
  return out;
}

} // namespace mox::archive
