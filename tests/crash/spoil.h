// Recordings of programs that do it wrong, made from one that does it right: what the images must
// find. Pure.
#pragma once

#include "crash/images.h"

#include <string>
#include <string_view>

namespace mox::test {

// Syncs of the files and folders whose path contains `part` never happened.
Recording without_syncs(const Recording& recording, std::string_view part);

// Each of these syncs comes right after the next commit, still before anything is confirmed: the
// commit no longer waits for them.
Recording with_syncs_after_commit(const Recording& recording, std::string_view part);

// The program confirms before the commit: each mark comes before the last commit that precedes it.
Recording with_early_marks(const Recording& recording);

} // namespace mox::test
