// Who receives mail for an address, and who may write from it. Pure questions, answered at once.
#pragma once

#include "smtp/path.h"
#include "store/types.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::delivery {

struct Destination {
  store::AccountId account{};
  std::string mailbox;
};

struct Lookup {
  enum class Kind : std::uint8_t {
    found,
    unknown_domain, // not ours
    unknown_user,   // our domain, nobody there
    disabled,       // our domain, not taking mail for now
    refused,        // there is somebody, who wants no mail there
  };

  Kind kind = Kind::unknown_domain;
  std::vector<Destination> destinations; // when found: one, or the members of an alias
  // Of an alias: whether a sender may post is to be asked when the message is here.
  bool alias = false;
  // When refused: what the owner has us say, and whether for good.
  bool temporary = false;
  std::string text;
};

// Safe to ask from any thread.
class Directory {
public:
  virtual ~Directory() = default;
  virtual Lookup find(const smtp::Path& recipient) const = 0;

  // The same for what the user of `account` submits.
  virtual Lookup find_submitted(store::AccountId /*account*/, const smtp::Path& recipient) const {
    return find(recipient);
  }

  // Whether a message with `from`, the address in its From field, may go to the members of `alias`.
  virtual bool may_post(const smtp::Path& /*alias*/, std::string_view /*from*/) const {
    return true;
  }

  // Whether the account may use `sender`, which is not null, as its address.
  virtual bool may_send_as(store::AccountId account, const smtp::Path& sender) const = 0;

  // The same for what its messages have in From and Sender.
  virtual bool may_write_as(store::AccountId account, const smtp::Path& author) const {
    return may_send_as(account, author);
  }
};

} // namespace mox::delivery
