// links: smtp
// What a command prints to parses to the same.
#include "smtp/command.h"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const mox::smtp::CommandOptions options{.submission = (data[0] & 1) != 0,
                                          .chunking = (data[0] & 2) != 0};
  const std::string line(data + 1, data + size);
  const auto command = mox::smtp::parse_command(line, options);
  if (!command) {
    if (command.error().text.empty() || command.error().code < 500) std::abort();
    return 0;
  }
  const auto printed = print_command(*command);
  if (printed.find_first_of("\r\n") != std::string::npos) std::abort();
  const auto again = mox::smtp::parse_command(printed, options);
  if (!again || *again != *command) std::abort();
  return 0;
}
