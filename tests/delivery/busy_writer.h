// A store whose writer is busy: other changes wait behind this one.
#pragma once

#include "store/store.h"
#include "store/txn.h"

#include <semaphore>
#include <thread>

namespace mox::test {

// Until it is let go.
class BusyWriter {
public:
  explicit BusyWriter(store::Store& store)
      : thread_([this, &store] {
          const auto done = store.write_blocking<void>([this](store::Txn&) -> Result<> {
            begun_.release();
            end_.acquire();
            return ok();
          });
          static_cast<void>(done);
        }) {
    begun_.acquire();
  }

  ~BusyWriter() { let_go(); }

  BusyWriter(const BusyWriter&) = delete;
  BusyWriter& operator=(const BusyWriter&) = delete;

  void let_go() {
    if (!thread_.joinable()) return;
    end_.release();
    thread_.join();
  }

private:
  std::binary_semaphore begun_{0};
  std::binary_semaphore end_{0};
  std::thread thread_;
};

} // namespace mox::test
