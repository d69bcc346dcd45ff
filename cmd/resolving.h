// The options --resolver and --zone of all commands that ask the DNS.
#pragma once

#include "cli/invocation.h"
#include "resolver/resolver.h"
#include "result/result.h"

#include <memory>
#include <string_view>
#include <vector>

namespace mox::cmd {

// --resolver system|validating[@ADDRESS[:PORT]]|ADDRESS[:PORT], --anchor FILE and --zone FILE, for
// the command's list of options.
std::vector<cli::Option> resolver_options();

// The resolver that they ask for: with --zone the records of a file and no network, else the one of
// --resolver. All of the command's work happens on `executor`, which outlives the resolver. Fails
// with ErrorKind::invalid for options that cannot be meant.
Result<std::unique_ptr<resolver::Resolver>> make_resolver(const cli::Invocation& invocation,
                                                          async::Executor executor);

// Exit codes of commands that ask or check: those with the options above.
inline constexpr int exit_holds = 0;     // found; the check holds
inline constexpr int exit_fails = 1;     // no such record; the check does not hold
inline constexpr int exit_wrong_use = 2; // arguments that cannot be meant
inline constexpr int exit_temporary = 3; // may be different later

// The same, for their manual pages.
inline constexpr std::string_view exit_status_of_checks =
    "0 when it is there, or holds; 1 when it is not, or does not; 2 when it was used wrongly; "
    "3 when it may be different later.";

// Prints what was wrong with the call; exit_wrong_use.
int wrong_use(const cli::Invocation& invocation, std::string_view text);

// The same for a resolver that could not be made: it cannot be meant, or cannot be had now.
int refused(const cli::Invocation& invocation, const Error& error);

// Prints why there is no answer, and gives the exit code: wrong use for what cannot be meant or
// read (options, files), else temporary.
int not_answered(const cli::Invocation& invocation, const Error& error);

// A command whose failures exit with those codes. Without it they would exit with 1, which is an
// answer: {.run = asking<dns_lookup>}.
template <Result<int> (*command)(const cli::Invocation&)>
Result<int> asking(const cli::Invocation& invocation) {
  const auto result = command(invocation);
  return result ? *result : not_answered(invocation, result.error());
}

} // namespace mox::cmd
