// What a write transaction has changed, in order: bytes that repeat it on the state it began with.
//
//   put     'p', size of the key (2 bytes), size of the value (4), key, value
//   erase   'e', size of the key (2), key
//
// Integers are little-endian.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace mox::database {

class WriteTransaction;

// Filled by the transaction that it was given to (WriteTransaction::keep_journal), before each
// change, since that may move what keys and values are views of.
class Journal {
public:
  // Above so many bytes it is given up: `complete` is false from then on.
  explicit Journal(std::size_t limit) : limit_(limit) {}

  void put(std::string_view key, std::string_view value);
  // The value comes with set_reserved(), and is filled in before the next change.
  void put_reserved(std::string_view key, std::size_t size);
  void set_reserved(std::span<const char> value);
  void erase(std::string_view key);
  void give_up();

  // Whether bytes() is all that was changed.
  bool complete() const { return complete_; }

  // Only when nothing changes any more.
  std::string_view bytes();

private:
  bool has_room(std::size_t size);
  void settle();

  std::size_t limit_;
  bool complete_ = true;
  std::string bytes_;
  std::span<const char> reserved_; // not copied yet
};

// ErrorKind::corrupt for bytes that are no journal; the transaction must then be given up.
Result<> repeat(std::string_view journal, WriteTransaction& transaction);

} // namespace mox::database
