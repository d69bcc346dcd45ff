// A message on its way in: its bytes are kept and parsed as they come, in one pass.
//
// Small messages stay in memory, within a limit for the whole server; others go to a file of the
// store that becomes the message's body as it is. A spool that is dropped leaves nothing behind.
#pragma once

#include "async/pool.h"
#include "async/task.h"
#include "bloblog/large_body.h"
#include "message/parser.h"
#include "message/summary.h"
#include "result/result.h"
#include "store/store.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mox::store {
class Body;
}

namespace mox::spool {

// Memory that all spools may use together. Safe from any thread.
class Budget {
public:
  explicit Budget(std::size_t bytes = 32U << 20U) : free_(static_cast<std::ptrdiff_t>(bytes)) {}

  bool take(std::size_t bytes);
  void give_back(std::size_t bytes);

private:
  std::atomic<std::ptrdiff_t> free_;
};

struct Spooled {
  std::shared_ptr<store::Body> body;
  std::shared_ptr<const message::Summary> summary;
  std::size_t bytes = 0;           // of the body in memory
  std::size_t received_fields = 0; // servers that the message has passed
};

class Spool {
public:
  Spool(store::Store& store, async::Pool& pool, Budget& budget);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // `bytes` must live until it returns. After a failure the spool is of no further use.
  // ErrorKind::full: the disk has no room.
  async::Task<Result<>> append(std::string_view bytes);

  std::uint64_t size() const { return size_; }

  // What the parser has made of the message. Once all of it has been appended.
  const message::Message& parsed();

  // All that was appended, in order, in chunks of any size, before finish(). Blocks on a file: for
  // the pool, while nothing else is done with the spool.
  Result<> replay(const std::function<void(std::string_view)>& into);

  // The end of the message. `added` are header fields that will stand before it and belong to what
  // clients see as its envelope: Date and Message-ID at submission.
  async::Task<Result<Spooled>> finish(std::string_view added = {});

private:
  async::Task<Result<>> move_to_file();

  store::Store& store_;
  async::Pool& pool_;
  Budget& budget_;
  std::size_t taken_ = 0;
  std::uint64_t size_ = 0;
  std::string memory_;
  std::optional<bloblog::LargeBody> file_;
  message::Parser parser_;
  std::optional<message::Message> message_; // when all has come
};

} // namespace mox::spool
