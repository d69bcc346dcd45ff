// What an administrator can ask for: one list, used by the control socket of a running server and
// by commands that hold the store themselves.
#pragma once

#include "accounts/accounts.h"
#include "admin/configuration.h"
#include "clock/clock.h"
#include "log/logger.h"
#include "random/random.h"
#include "result/result.h"
#include "store/store.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::admin {

// What operations work on. All of it outlives them.
struct Place {
  store::Store& store;
  accounts::Accounts& accounts;
  Configuration& configuration;
  log::Logger& log;
  const Clock& clock;
  Random& random;
};

// Those that begin with "--" are options, with a value behind "=" or none; the others are
// arguments.
class Parameters {
public:
  explicit Parameters(std::span<const std::string> given);

  std::size_t count() const { return arguments_.size(); }

  const std::string& operator[](std::size_t index) const { return arguments_.at(index); }

  std::span<const std::string> from(std::size_t index) const {
    return std::span(arguments_).subspan(index);
  }

  bool given(std::string_view option) const;
  // Empty when it is not given.
  std::string_view value(std::string_view option) const;

private:
  std::vector<std::string> arguments_;
  std::vector<std::string> options_;
};

// Blocks. Returns the text to print.
using Perform = Result<std::string> (*)(Place& place, const Parameters& parameters,
                                        std::string_view input);

struct Operation {
  std::string_view words;
  std::size_t least = 0; // arguments
  std::size_t most = 0;
  std::size_t input = 0; // bytes at most; 0: it takes none
  Perform perform = nullptr;
};

std::span<const Operation> operations();

// Null when there is none.
const Operation* find_operation(std::string_view words);

// Checks the number of arguments, and performs.
Result<std::string> perform(Place& place, const Operation& operation,
                            std::span<const std::string> parameters, std::string_view input);

} // namespace mox::admin
