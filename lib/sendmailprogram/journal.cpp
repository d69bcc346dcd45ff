#include "sendmailprogram/journal.h"

#include "sendmail/shown.h"

#include <fmt/format.h>

#include <syslog.h>

namespace mox::sendmailprogram {

namespace {

constexpr std::size_t max_reason = 400;

int priority(Importance importance) {
  switch (importance) {
  case Importance::usual: return LOG_INFO;
  case Importance::warning: return LOG_WARNING;
  case Importance::error: return LOG_ERR;
  }
  return LOG_ERR;
}

} // namespace

Journal system_journal() {
  ::openlog("mox-sendmail", LOG_PID, LOG_MAIL);
  return [](Importance importance, std::string_view line) {
    ::syslog(LOG_MAIL | priority(importance), "%.*s", static_cast<int>(line.size()), line.data());
  };
}

std::string try_line(const TryRecord& record) {
  auto line = fmt::format("status={}", record.status);
  if (!record.id.empty()) line += fmt::format(" id={}", sendmail::shown(record.id));
  line += fmt::format(" from=<{}> to=<{}>", sendmail::shown(record.sender),
                      sendmail::shown(record.recipient));
  if (record.recipients > 1) line += fmt::format(",+{}", record.recipients - 1);
  line +=
      fmt::format(" accepted={} refused={} size={}", record.accepted, record.refused, record.size);
  if (!record.reason.empty())
    line += fmt::format(" reason=\"{}\"", sendmail::shown(record.reason, max_reason));
  return line;
}

} // namespace mox::sendmailprogram
