// Separate inboxes: every user name is an account of its own, made when it is first named.
#pragma once

#include "async/pool.h"
#include "async/task.h"
#include "clock/clock.h"
#include "delivery/directory.h"
#include "random/random.h"
#include "result/result.h"
#include "store/store.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mox::localserve {

// Every address leads to `account`, but what a user submits stays in the user's own inbox, whoever
// it is for. Senders are not checked: a program under test writes as whom it likes.
std::shared_ptr<const delivery::Directory> own_inboxes(store::AccountId account);

class Inboxes {
public:
  static constexpr std::size_t most = 1000;

  // Whether a name that is not known yet is given an account.
  enum class Unknown : unsigned char { refused, made };

  Inboxes(Unknown unknown, const Clock& clock, Random& random);

  // Once, before the others are called. The store must outlive the calls.
  void open(store::Store& store) { store_ = &store; }

  // The account of a user name: of an address, or of a name without "@", which is one at localhost.
  // ErrorKind::not_found when it is unknown, ErrorKind::invalid for what cannot be a user name,
  // ErrorKind::full when there are too many. From any thread.
  async::Task<Result<store::AccountId>> find(std::string user);

  // Of somebody who logs in; see login::Newcomers. Only who has the password of all inboxes, or
  // keeps it from us until it is checked, gets a new one.
  async::Task<Result<std::string>> welcome(std::string_view user,
                                           std::optional<std::string_view> given);

private:
  async::Task<Result<store::AccountId>> make(std::string name);

  Unknown unknown_;
  const Clock& clock_;
  Random& random_;
  store::Store* store_ = nullptr;
  async::Pool pool_{1}; // for the verifiers of passwords
};

} // namespace mox::localserve
