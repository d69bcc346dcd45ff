#include "report_files.h"

#include "message_input.h"
#include "resolving.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

using Take = std::function<Result<>(std::string_view name, std::string bytes)>;

// What a report may have without a message around it.
constexpr std::size_t file_limit = reportmessage::Limits().report;

Result<> read_report(const std::string& name, reportmessage::Content content, const Take& take) {
  MOX_TRY_ASSIGN(file, read_message(name, file_limit));
  const auto shown = shown_name(name);
  auto found = reportmessage::find_in_file(
      file, content, [&](std::string bytes) { return take(shown, std::move(bytes)); });
  if (!found) found.error().text = fmt::format("{}: {}", shown, found.error().text);
  return found;
}

} // namespace

int read_reports(const cli::Invocation& invocation, reportmessage::Content content,
                 const Take& take) {
  const auto given = invocation.arguments("FILE");
  std::vector<std::string> names(given.begin(), given.end());
  if (names.empty()) names.emplace_back("-");
  int code = exit_holds;
  for (const auto& name : names) {
    const auto result = read_report(name, content, take);
    if (result) continue;
    fmt::print(invocation.errors(), "{}: {}\n", invocation.program().name, result.error().text);
    code = exit_fails;
  }
  return code;
}

std::string report_time(std::int64_t seconds) {
  if (seconds == 0) return {};
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

} // namespace mox::cmd
