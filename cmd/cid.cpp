#include "cli/invocation.h"
#include "commands.h"
#include "config/files.h"
#include "place.h"
#include "serve/data_folder.h"
#include "smtpserver/received_id.h"

#include <fmt/format.h>

namespace mox::cmd {

Result<int> cid(const cli::Invocation& invocation) {
  const auto host = config::read_static(config_path(invocation));
  if (!host) return failure(ErrorKind::invalid, config::to_string(host.error()));
  MOX_TRY_ASSIGN(key, serve::received_id_key(host->data_dir));
  MOX_TRY_ASSIGN(cid, smtpserver::ReceivedIds(key).decrypt(invocation.argument("ID")));
  // As the log has it.
  fmt::print(invocation.output(), "{:x}\n", cid);
  return 0;
}

} // namespace mox::cmd
