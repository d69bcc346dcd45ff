#include "sendmail.h"

#include "build.h"
#include "cli/invocation.h"
#include "commands.h"
#include "sendmailprogram/program.h"
#include "sendmailprogram/rights.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace mox::cmd {

namespace {

using Words = std::vector<std::string_view>;

bool is_name_of_sendmail(std::string_view program) {
  const auto name = program.substr(program.rfind('/') + 1); // npos + 1 is 0
  return name == "sendmail" || name == "mailq" || name == "newaliases";
}

int run(std::string_view program, std::span<const std::string_view> words) {
  return sendmailprogram::run({.program = program,
                               .words = words,
                               .version = MOX_VERSION,
                               .is_elevated = sendmailprogram::is_elevated()});
}

} // namespace

std::optional<int> run_as_sendmail(std::span<char* const> words) {
  const Words all(words.begin(), words.end());
  const std::span<const std::string_view> rest(all);
  if (!all.empty() && is_name_of_sendmail(all[0])) return run(all[0], rest.subspan(1));
  if (all.size() > 1 && all[1] == "sendmail") return run("sendmail", rest.subspan(2));
  if (!sendmailprogram::is_elevated()) return std::nullopt;
  fmt::print(stderr, "mox is installed setuid or setgid here, and then it only sends mail: call it "
                     "as sendmail\n");
  return static_cast<int>(sendmail::ExitCode::no_permission);
}

// For "mox --config FILE sendmail": options of mox mean nothing to it.
Result<int> sendmail_command(const cli::Invocation& invocation) {
  const auto given = invocation.arguments("WORD");
  const Words words(given.begin(), given.end());
  return run("sendmail", words);
}

} // namespace mox::cmd
