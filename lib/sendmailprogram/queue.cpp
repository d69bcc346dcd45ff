#include "sendmailprogram/queue.h"

#include "sendmailprogram/listing.h"
#include "sendmailprogram/rights.h"
#include "sendmailprogram/spools.h"

#include <fmt/format.h>

#include <cerrno>
#include <exception>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace mox::sendmailprogram {

namespace {

using sendmail::ExitCode;
using sendmail::Spool;

std::size_t list(const Spool& spool, std::FILE* output) {
  const auto ids = spool.ids();
  if (!ids) {
    fmt::print(output, "{}\n", ids.error().text);
    return 0;
  }
  std::size_t count = 0;
  for (const auto& id : *ids) {
    const auto entry = spool.read(id);
    if (!entry && entry.error().kind == ErrorKind::not_found) continue; // sent meanwhile
    fmt::print(output, "{}", entry ? listed(*entry) : entry.error().text + '\n');
    ++count;
  }
  return count;
}

bool is_among(const Spool& spool, const std::vector<Spool>& others) {
  for (const auto& other : others)
    if (other.path() == spool.path()) return true;
  return false;
}

// In the child, which never returns.
[[noreturn]] void flush_as(uid_t owner, const std::function<ExitCode(const Caller&)>& flush) {
  auto code = ExitCode::software;
  try {
    if (become(owner)) code = flush(find_caller(owner));
  } catch (const std::exception&) {
    code = ExitCode::software;
  }
  std::fflush(nullptr);
  ::_exit(static_cast<int>(code));
}

Result<ExitCode> wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return std::unexpected(system_error("wait for a process", errno));
  return WIFEXITED(status) ? static_cast<ExitCode>(WEXITSTATUS(status)) : ExitCode::software;
}

} // namespace

Result<> list_queue(const Surroundings& surroundings, bool is_root, std::FILE* output) {
  std::vector<Spool> spools;
  if (is_root) {
    MOX_TRY_ASSIGN(parts, all_parts(surroundings));
    spools = std::move(parts);
  }
  for (auto& own : own_spools(surroundings))
    if (!is_among(own, spools)) spools.push_back(std::move(own));
  std::size_t count = 0;
  for (const auto& spool : spools) count += list(spool, output);
  fmt::print(output, "{}", listing_end(count));
  return ok();
}

Result<ExitCode> flush_others(const Surroundings& surroundings,
                              const std::function<ExitCode(const Caller&)>& flush) {
  MOX_TRY_ASSIGN(parts, all_parts(surroundings));
  auto worst = ExitCode::ok;
  std::fflush(nullptr); // or the children would write it again
  for (const auto& part : parts) {
    if (part.owner() == ::geteuid()) continue;
    const auto child = ::fork();
    if (child < 0) return std::unexpected(system_error("fork", errno));
    if (child == 0) flush_as(part.owner(), flush);
    MOX_TRY_ASSIGN(code, wait_for(child));
    if (code != ExitCode::ok) worst = code;
  }
  return worst;
}

} // namespace mox::sendmailprogram
