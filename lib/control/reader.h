// Where a command takes the input of its request from.
#pragma once

#include "net/socket.h"
#include "result/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace mox::control {

class Reader {
public:
  virtual ~Reader() = default;
  // Blocks until there is at least a byte; 0 at the end. Called on another thread than the one that
  // waits for the request, one call at a time.
  virtual Result<std::size_t> read(std::span<char> into) = 0;

  // Nothing more is wanted: a read() under way returns soon, whatever it returns. Called on the
  // thread that waits for the request. To be overridden where a read may take long.
  virtual void cancel() {}
};

// `text` must outlive it.
class TextReader final : public Reader {
public:
  explicit TextReader(std::string_view text) : text_(text) {}

  Result<std::size_t> read(std::span<char> into) override;

private:
  std::string_view text_;
};

// What a file, a pipe or a terminal gives, such as standard input. Leaves the descriptor open.
class DescriptorReader final : public Reader {
public:
  // `name` is for errors. Throws std::system_error when the kernel has no descriptor for it.
  DescriptorReader(int descriptor, std::string_view name);

  Result<std::size_t> read(std::span<char> into) override;
  void cancel() override;

private:
  int descriptor_;
  std::string name_;
  net::Descriptor cancelled_; // an eventfd
};

} // namespace mox::control
