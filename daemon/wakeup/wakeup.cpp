#include "wakeup/wakeup.h"

#include "async/handoff.h"

#include <algorithm>
#include <utility>

namespace mox::wakeup {

Registry::Registration::Registration(Registry& registry, store::AccountId account,
                                     async::Event& event)
    : registry_(&registry), account_(account), event_(&event) {
  registry.add(account, event);
}

Registry::Registration::Registration(Registration&& other) noexcept
    : registry_(std::exchange(other.registry_, nullptr)), account_(other.account_),
      event_(other.event_) {}

Registry::Registration& Registry::Registration::operator=(Registration&& other) noexcept {
  std::swap(registry_, other.registry_);
  std::swap(account_, other.account_);
  std::swap(event_, other.event_);
  return *this;
}

Registry::Registration::~Registration() {
  if (registry_ != nullptr) registry_->remove(account_, *event_);
}

void Registry::add(store::AccountId account, async::Event& event) {
  const std::scoped_lock lock(mutex_);
  sessions_[account].insert(&event);
}

void Registry::remove(store::AccountId account, async::Event& event) {
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(account);
  found->second.erase(&event);
  if (found->second.empty()) sessions_.erase(found);
}

bool Registry::has(std::span<const store::AccountId> accounts) const {
  const std::scoped_lock lock(mutex_);
  return std::ranges::any_of(accounts, [&](auto account) { return sessions_.contains(account); });
}

void Registry::notify(store::AccountId account) {
  const auto found = sessions_.find(account);
  if (found == sessions_.end()) return;
  for (auto* event : found->second) event->notify();
}

struct Hub::Thread {
  explicit Thread(async::Executor on) : executor(std::move(on)) {}

  void deliver() {
    std::set<store::AccountId> accounts;
    {
      const std::scoped_lock lock(mutex);
      accounts.swap(waiting);
    }
    for (const auto account : accounts) registry.notify(account);
  }

  async::Executor executor;
  Registry registry;
  std::mutex mutex;
  std::set<store::AccountId> waiting;
};

Hub::Hub(std::vector<async::Executor> threads) {
  for (auto& executor : threads) threads_.push_back(std::make_unique<Thread>(std::move(executor)));
}

Hub::~Hub() = default;

Registry& Hub::registry(std::size_t thread) {
  return threads_[thread]->registry;
}

void Hub::notify(std::span<const store::AccountId> accounts) {
  for (auto& thread : threads_) {
    // One that registers after this look reads the log after it, too.
    if (!thread->registry.has(accounts)) continue;
    bool first = false;
    {
      const std::scoped_lock lock(thread->mutex);
      first = thread->waiting.empty();
      thread->waiting.insert(accounts.begin(), accounts.end());
    }
    if (first) async::post(thread->executor, [target = thread.get()] { target->deliver(); });
  }
}

} // namespace mox::wakeup
