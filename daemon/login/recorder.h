// Keeps attempts to log in, in the store, for people to look at. Nobody waits for it: attempts are
// gathered for a moment, those that are alike counted together, and written by a thread of its own.
#pragma once

#include "result/result.h"
#include "store/types.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

namespace mox::store {
class Store;
}

namespace mox::login {

// Shared by all threads. A crash loses what was gathered in the last moment.
class Recorder {
public:
  static constexpr std::chrono::seconds gathering{2};
  // Different ones that are written without waiting for more, as each takes a kilobyte until then.
  static constexpr std::size_t enough_gathered = 500;
  // Different ones that are gathered; more are not kept, for whatever makes so many fills the store
  // with them all the same.
  static constexpr std::size_t most_gathered = 10'000;
  static constexpr std::size_t longest_text = 256;

  explicit Recorder(store::Store& store);
  // Writes what it has.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Hears that nothing could be written, from the recorder's thread. Before the first attempt.
  void on_failure(std::function<void(const Error&)> tell);

  // `account` 0: nobody's. Texts are cut and cleaned. Returns a number for name_program(); 0 when
  // it is not kept.
  std::uint64_t add(store::AccountId account, store::LoginAttempt attempt);
  // The client has said what it is only after it was let in. Does nothing when that attempt is
  // written already.
  void name_program(std::uint64_t attempt, std::string_view program);

  // Blocks until all that was added before is written.
  void write();

private:
  struct Row {
    store::AccountId account{};
    store::LoginAttempt attempt;
  };

  struct Gathered {
    std::unordered_map<std::string, Row> rows;               // by key_of
    std::unordered_map<std::uint64_t, std::string> attempts; // their rows' keys
  };

  static std::string key_of(const Row& row);
  bool put(std::string key, Row row);
  void loop();
  void write_out(const Gathered& gathered);

  store::Store& store_;
  std::function<void(const Error&)> tell_;
  std::mutex mutex_;
  std::mutex writing_; // one at a time; before mutex_
  std::condition_variable wake_;
  Gathered gathered_;
  std::uint64_t last_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace mox::login
