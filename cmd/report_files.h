// Reports that a command reads from messages, or from files without a message around them.
#pragma once

#include "cli/invocation.h"
#include "reportmessage/find.h"
#include "result/result.h"

#include <functional>
#include <string>
#include <string_view>

namespace mox::cmd {

// Hands `take` the bytes of the report in each file of the argument FILE, or in standard input
// without any. What cannot be read, or is not taken, is said on standard error; the others are read
// all the same. Returns the exit code: 1 when any was not taken.
int read_reports(const cli::Invocation& invocation, reportmessage::Content content,
                 const std::function<Result<>(std::string_view name, std::string bytes)>& take);

// RFC 3339, UTC: "2016-04-01T00:00:00Z"; empty for 0.
std::string report_time(std::int64_t seconds);

} // namespace mox::cmd
