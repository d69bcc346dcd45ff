// Checks a value of the command line by what it is meant to be. Pure.
#pragma once

#include "cli/command.h"

#include <string>

namespace mox::cli {

// "a number", "an address like user@example.org": for messages.
std::string_view description(Kind kind);

// Only the form is looked at: whether the account or the file exists is for the command to say.
bool has_form_of(Kind kind, std::string_view value);

} // namespace mox::cli
