// Tells the sessions of an account that the store changed. A wake-up carries nothing: the session
// reads the change log from where it was.
#pragma once

#include "async/event.h"
#include "async/task.h"
#include "store/types.h"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <vector>

namespace mox::wakeup {

// The sessions of one I/O thread by account; used on that thread, but for has().
class Registry {
public:
  // Keeps a session registered for as long as it lives. Register before reading the log, so that no
  // change is missed.
  class Registration {
  public:
    Registration() = default;
    Registration(Registry& registry, store::AccountId account, async::Event& event);
    Registration(Registration&& other) noexcept;
    Registration& operator=(Registration&& other) noexcept;
    ~Registration();

  private:
    Registry* registry_ = nullptr;
    store::AccountId account_{};
    async::Event* event_ = nullptr;
  };

  void notify(store::AccountId account);

  // Whether a session of one of the accounts is registered. From any thread.
  bool has(std::span<const store::AccountId> accounts) const;

private:
  void add(store::AccountId account, async::Event& event);
  void remove(store::AccountId account, async::Event& event);

  mutable std::mutex mutex_; // other threads look while this one changes the map
  std::map<store::AccountId, std::set<async::Event*>> sessions_;
};

// One registry for each I/O thread, and the way from the writer thread to all of them.
class Hub {
public:
  explicit Hub(std::vector<async::Executor> threads);
  ~Hub();

  Registry& registry(std::size_t thread);
  // From any thread. A thread without a session of these accounts is left asleep; accounts that a
  // thread has not yet been told of travel in one message.
  void notify(std::span<const store::AccountId> accounts);

private:
  struct Thread;
  std::vector<std::unique_ptr<Thread>> threads_;
};

} // namespace mox::wakeup
