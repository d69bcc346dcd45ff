// Bodies made ready for a change.
#include "async/pool.h"
#include "bloblog/large_body.h"
#include "store/body.h"
#include "store/store_state.h"

#include <cerrno>
#include <unistd.h>

namespace mox::store {

namespace {

using Prepared = Result<std::shared_ptr<Body>>;

constexpr std::size_t chunk_size = 1U << 20U;

Prepared finish(Store::State& state, bloblog::LargeBody& large) {
  MOX_TRY_ASSIGN(location, large.finish());
  return std::make_shared<Body>(state.segments, location);
}

Prepared write_large(Store::State& state, std::string_view bytes) {
  MOX_TRY_ASSIGN(large, bloblog::LargeBody::begin(*state.segments, state.random));
  for (std::size_t at = 0; at < bytes.size(); at += chunk_size) {
    MOX_TRY(large.append(bytes.substr(at, chunk_size)));
  }
  return finish(state, large);
}

} // namespace

async::Task<Result<std::shared_ptr<Body>>> Store::prepare(std::string bytes, async::Pool& pool) {
  if (bytes.size() <= bloblog::largest_small_body) {
    co_return std::make_shared<Body>(std::move(bytes));
  }
  auto work = [this, &bytes]() -> Prepared { return write_large(*state_, bytes); };
  co_return co_await async::run_blocking(pool, work);
}

Result<bloblog::LargeBody> Store::begin_large() {
  return bloblog::LargeBody::begin(*state_->segments, state_->random);
}

async::Task<Result<std::shared_ptr<Body>>> Store::prepare(bloblog::LargeBody body,
                                                          async::Pool& pool) {
  auto work = [this, &body]() -> Prepared { return finish(*state_, body); };
  co_return co_await async::run_blocking(pool, work);
}

Result<std::shared_ptr<Body>> Store::prepare_blocking(std::string bytes) {
  if (bytes.size() <= bloblog::largest_small_body) {
    return std::make_shared<Body>(std::move(bytes));
  }
  return write_large(*state_, bytes);
}

} // namespace mox::store
