// The folder of a local test instance: made on first use, read on later ones.
//
//   mox.toml          where to listen, where the data stands
//   localhost.crt     self-signed certificate, for clients to trust
//   localhost.key     its private key
//   receivedid.key    key of the ids in Received headers
//   data/store/       accounts and messages
#pragma once

#include "clock/clock.h"
#include "config/instance.h"
#include "net/endpoint.h"
#include "random/random.h"
#include "result/result.h"
#include "smtpserver/received_id.h"
#include "tls/certificate.h"

#include <filesystem>
#include <vector>

namespace mox::localserve {

struct Folder {
  std::filesystem::path path;
  config::Instance config;
  tls::Certificate certificate;
  smtpserver::ReceivedIds::Key received_id_key;
};

bool is_made(const std::filesystem::path& path);

// ErrorKind::exists when `path` holds other files. No `ips`: 127.0.0.1 and ::1. The certificate is
// good for these two, for `ips` and for localhost. What fails leaves no files.
Result<> make(const std::filesystem::path& path, std::vector<net::Address> ips, const Clock& clock,
              Random& random);
Result<Folder> read(const std::filesystem::path& path);

// Where an instance stands when the user names no folder: mox-localserve in $XDG_CONFIG_HOME, or
// else in ~/.config.
Result<std::filesystem::path> default_path();

} // namespace mox::localserve
