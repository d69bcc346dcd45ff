#include "database/journal.h"

#include "database/database.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace mox::database {

namespace {

constexpr char put_mark = 'p';
constexpr char erase_mark = 'e';

void append_number(std::string& bytes, std::uint64_t number, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(number >> (8 * i));
}

// Takes pieces from the front; nothing when there is too little.
class Pieces {
public:
  explicit Pieces(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }

  std::optional<std::string_view> take(std::size_t size) {
    if (size > bytes_.size()) return std::nullopt;
    const auto piece = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return piece;
  }

  std::optional<std::size_t> take_number(std::size_t size) {
    const auto piece = take(size);
    if (!piece) return std::nullopt;
    std::size_t number = 0;
    for (std::size_t i = 0; i < size; ++i)
      number |= std::size_t{static_cast<unsigned char>((*piece)[i])} << (8 * i);
    return number;
  }

private:
  std::string_view bytes_;
};

bool is_key_size(std::optional<std::size_t> size) {
  return size && *size != 0 && *size <= max_key_size;
}

bool repeat_put(Pieces& pieces, WriteTransaction& transaction) {
  const auto key_size = pieces.take_number(2);
  const auto value_size = pieces.take_number(4);
  if (!is_key_size(key_size) || !value_size) return false;
  const auto key = pieces.take(*key_size);
  const auto value = pieces.take(*value_size);
  if (!key || !value) return false;
  transaction.put(*key, *value);
  return true;
}

bool repeat_erase(Pieces& pieces, WriteTransaction& transaction) {
  const auto key_size = pieces.take_number(2);
  if (!is_key_size(key_size)) return false;
  const auto key = pieces.take(*key_size);
  return key && transaction.erase(*key);
}

bool repeat_one(Pieces& pieces, WriteTransaction& transaction) {
  const auto mark = pieces.take(1);
  if (mark->front() == put_mark) return repeat_put(pieces, transaction);
  if (mark->front() == erase_mark) return repeat_erase(pieces, transaction);
  return false;
}

} // namespace

void Journal::put(std::string_view key, std::string_view value) {
  settle();
  if (!has_room(7 + key.size() + value.size())) return;
  bytes_ += put_mark;
  append_number(bytes_, key.size(), 2);
  append_number(bytes_, value.size(), 4);
  bytes_ += key;
  bytes_ += value;
}

void Journal::put_reserved(std::string_view key, std::size_t size) {
  settle();
  if (!has_room(7 + key.size() + size)) return;
  bytes_ += put_mark;
  append_number(bytes_, key.size(), 2);
  append_number(bytes_, size, 4);
  bytes_ += key;
}

void Journal::set_reserved(std::span<const char> value) {
  if (complete_) reserved_ = value;
}

void Journal::erase(std::string_view key) {
  settle();
  if (!has_room(3 + key.size())) return;
  bytes_ += erase_mark;
  append_number(bytes_, key.size(), 2);
  bytes_ += key;
}

void Journal::give_up() {
  complete_ = false;
  bytes_.clear();
  reserved_ = {};
}

std::string_view Journal::bytes() {
  settle();
  return bytes_;
}

bool Journal::has_room(std::size_t size) {
  if (complete_ && bytes_.size() + size > limit_) give_up();
  return complete_;
}

void Journal::settle() {
  const auto value = std::exchange(reserved_, {});
  bytes_.append(value.data(), value.size());
}

Result<> repeat(std::string_view journal, WriteTransaction& transaction) {
  Pieces pieces(journal);
  while (!pieces.empty()) {
    if (!repeat_one(pieces, transaction)) {
      return failure(ErrorKind::corrupt, "a journal of the database cannot be repeated");
    }
  }
  return ok();
}

} // namespace mox::database
