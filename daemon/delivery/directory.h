// Who receives mail for an address, and who may write from it. Pure questions, answered at once.
#pragma once

#include "smtp/path.h"
#include "store/types.h"

#include <cstdint>
#include <string>

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
  };

  Kind kind = Kind::unknown_domain;
  Destination destination; // when found
};

// Safe to ask from any thread.
class Directory {
public:
  virtual ~Directory() = default;
  virtual Lookup find(const smtp::Path& recipient) const = 0;
  // Whether the account may use `sender`, which is not null, as its address.
  virtual bool may_send_as(store::AccountId account, const smtp::Path& sender) const = 0;
};

} // namespace mox::delivery
