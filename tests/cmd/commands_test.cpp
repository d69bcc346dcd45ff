#include "commands.h"
#include "support/catch.h"

namespace mox::cmd {
namespace {

TEST_CASE("the list of commands is sound") {
  CHECK(cli::faults(program()) == std::vector<std::string>{});
}

} // namespace
} // namespace mox::cmd
