#include "config/check.h"

namespace mox::config {

void check(const Sendmail& config, Findings& findings) {
  const int secrets = static_cast<int>(!config.password.view().empty()) +
                      static_cast<int>(!config.client_auth_ed25519_private_key.view().empty()) +
                      static_cast<int>(!config.client_auth_cert_private_key_pem_file.empty());
  const bool is_whole = !config.host.empty() && config.port != 0 &&
                        !config.local_hostname.empty() && !config.username.empty() &&
                        !config.from.localpart.empty();
  const bool is_begun = !config.host.empty() || config.port != 0 || !config.username.empty() ||
                        !config.from.localpart.empty() || secrets > 0;
  if (!config.submit_socket.empty() && !is_begun) return;
  if (!is_whole && findings.empty()) {
    findings.add(Way{}, "a server needs host, port, local-hostname, username and from");
    return;
  }
  // What was wrong in itself has been found, and counts as missing here.
  if (secrets == 1 || !findings.empty()) return;
  findings.add(Way{}, "exactly one of password, client-auth-ed25519-private-key and "
                      "client-auth-cert-private-key-pem-file must be there");
}

} // namespace mox::config
