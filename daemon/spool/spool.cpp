#include "spool/spool.h"

#include "message/field.h"

#include <utility>

namespace mox::spool {

namespace {

// Beyond this a body is a file of its own in the store anyway.
constexpr std::size_t most_in_memory = 256 * 1024;

} // namespace

bool Budget::take(std::size_t bytes) {
  const auto size = static_cast<std::ptrdiff_t>(bytes);
  if (free_.fetch_sub(size) >= size) return true;
  free_.fetch_add(size);
  return false;
}

void Budget::give_back(std::size_t bytes) {
  free_.fetch_add(static_cast<std::ptrdiff_t>(bytes));
}

Spool::Spool(store::Store& store, async::Pool& pool, Budget& budget)
    : store_(store), pool_(pool), budget_(budget) {}

Spool::~Spool() {
  budget_.give_back(taken_);
}

async::Task<Result<>> Spool::append(std::string_view bytes) {
  parser_.feed(bytes);
  size_ += bytes.size();
  if (!file_) {
    const bool fits = memory_.size() + bytes.size() <= most_in_memory && budget_.take(bytes.size());
    if (fits) {
      taken_ += bytes.size();
      memory_.append(bytes);
      co_return ok();
    }
    MOX_CO_TRY(co_await move_to_file());
  }
  auto& file = *file_;
  auto write = [&file, bytes] { return file.append(bytes); };
  co_return co_await async::run_blocking(pool_, std::move(write));
}

async::Task<Result<>> Spool::move_to_file() {
  auto begin = [this]() -> Result<bloblog::LargeBody> {
    MOX_TRY_ASSIGN(file, store_.begin_large());
    MOX_TRY(file.append(memory_));
    return file;
  };
  auto begun = co_await async::run_blocking(pool_, std::move(begin));
  if (!begun) co_return std::unexpected(std::move(begun).error());
  file_.emplace(*std::move(begun));
  // An assignment of an empty string would keep the room of this one.
  std::string().swap(memory_);
  budget_.give_back(std::exchange(taken_, 0));
  co_return ok();
}

const message::Message& Spool::parsed() {
  if (!message_) message_ = parser_.finish();
  return *message_;
}

Result<> Spool::replay(const std::function<void(std::string_view)>& into) {
  if (file_) return file_->replay(into);
  into(memory_);
  return ok();
}

async::Task<Result<Spooled>> Spool::finish(std::string_view added) {
  const auto& message = parsed();
  Spooled spooled;
  spooled.summary = std::make_shared<const message::Summary>(message::summarize(message, added));
  spooled.received_fields = message::Fields(message.header).find_all("Received").size();
  if (file_) {
    auto body = co_await store_.prepare(std::move(*file_), pool_);
    if (!body) co_return std::unexpected(std::move(body).error());
    spooled.body = *std::move(body);
  } else {
    spooled.bytes = memory_.size();
    auto body = co_await store_.prepare(std::move(memory_), pool_);
    if (!body) co_return std::unexpected(std::move(body).error());
    spooled.body = *std::move(body);
  }
  co_return spooled;
}

} // namespace mox::spool
