// All that a server knows of the Unix users who submit mail to it.
#pragma once

#include "localusers/limits.h"
#include "localusers/names.h"
#include "localusers/senders.h"

#include <utility>

namespace mox::localusers {

struct Users {
  Users(const Clock& clock, Senders who_may, Names::Lookup lookup = system_name)
      : senders(std::move(who_may)), names(clock, std::move(lookup)), limits(clock) {}

  const Senders senders;
  Names names;
  Limits limits;
};

} // namespace mox::localusers
