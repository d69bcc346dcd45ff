// The bytes of a file, cheap to copy. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

// Pages are shared between copies until one is written to; a page of zeros takes no memory.
class Content {
public:
  std::uint64_t size() const { return size_; }

  // Beyond the end, the file grows, with zeros between.
  void write(std::uint64_t offset, std::string_view bytes);
  void resize(std::uint64_t size);

  // Calls `visit` with each run of bytes that is not known to be zeros.
  void each_part(const std::function<void(std::uint64_t offset, std::string_view)>& visit) const;
  std::string text() const;

private:
  static constexpr std::size_t page_size = 4096;
  using Page = std::array<char, page_size>;

  Page& own(std::size_t index);

  std::vector<std::shared_ptr<Page>> pages_;
  std::uint64_t size_ = 0;
};

} // namespace mox::test
