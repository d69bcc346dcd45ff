// Where things are on this machine, and how the machine is called.
#pragma once

#include "dns/name.h"
#include "sendmailprogram/caller.h"

#include <filesystem>
#include <vector>

namespace mox::sendmailprogram {

struct Surroundings {
  std::filesystem::path configuration; // sendmail.toml
  std::filesystem::path socket;        // when there is no configuration
  std::filesystem::path shared_spool;
  std::filesystem::path own_spool;              // below the home folder; empty without one
  std::vector<std::filesystem::path> temporary; // folders for files, the first that can be used
};

// With the rights of the caller, who may choose by the environment: MOX_SENDMAIL_CONFIG,
// XDG_STATE_HOME, HOME, TMPDIR.
Surroundings chosen_surroundings(const Caller& caller);
// With more rights than the caller has, who chooses nothing then.
Surroundings fixed_surroundings(const Caller& caller);

// The domain of this machine's mail: what /etc/mailname says, else its own name, as long as it is
// known; "localhost" when nothing can be used.
dns::Name machine_domain();

} // namespace mox::sendmailprogram
