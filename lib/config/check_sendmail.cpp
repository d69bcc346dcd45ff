#include "config/check.h"

namespace mox::config {

void check(const Sendmail& config, Findings& findings) {
  const int secrets = static_cast<int>(!config.password.view().empty()) +
                      static_cast<int>(!config.client_auth_ed25519_private_key.view().empty()) +
                      static_cast<int>(!config.client_auth_cert_private_key_pem_file.empty());
  // What was wrong in itself has been found, and counts as missing here.
  if (secrets == 1 || !findings.empty()) return;
  findings.add(Way{}, "exactly one of password, client-auth-ed25519-private-key and "
                      "client-auth-cert-private-key-pem-file must be there");
}

} // namespace mox::config
