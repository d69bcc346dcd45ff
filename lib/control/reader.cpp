#include "control/reader.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace mox::control {

Result<std::size_t> TextReader::read(std::span<char> into) {
  const auto size = text_.copy(into.data(), into.size());
  text_.remove_prefix(size);
  return size;
}

DescriptorReader::DescriptorReader(int descriptor, std::string_view name)
    : descriptor_(descriptor), name_(name), cancelled_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (cancelled_.get() < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Result<std::size_t> DescriptorReader::read(std::span<char> into) {
  const auto failed = [this] {
    return failure(system_error(fmt::format("read {}", name_), errno));
  };
  while (true) {
    std::array<pollfd, 2> waiting{{{descriptor_, POLLIN, 0}, {cancelled_.get(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return failed();
    }
    if (waiting[1].revents != 0) return 0;
    const ssize_t size = ::read(descriptor_, into.data(), into.size());
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno != EINTR && errno != EAGAIN) return failed();
  }
}

void DescriptorReader::cancel() {
  const std::uint64_t one = 1;
  // It can only fail when it was cancelled already.
  static_cast<void>(::write(cancelled_.get(), &one, sizeof one));
}

} // namespace mox::control
