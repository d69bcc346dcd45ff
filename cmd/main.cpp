#include "cli/run.h"
#include "commands.h"
#include "sendmail.h"

#include <string_view>
#include <vector>

int main(int argc, char** argv) {
  // Before anything else: it may have been installed with rights that only sending mail may use.
  if (const auto code = mox::cmd::run_as_sendmail({argv, static_cast<std::size_t>(argc)}))
    return *code;
  const std::vector<std::string_view> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return mox::cli::run(mox::cmd::program(), arguments);
}
