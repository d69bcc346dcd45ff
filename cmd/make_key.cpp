#include "cli/invocation.h"
#include "clock/clock.h"
#include "commands.h"
#include "file/file.h"
#include "text/base64.h"
#include "tls/public_key.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>

namespace mox::cmd {

namespace {

Result<> write_new(const std::string& path, std::string_view content) {
  MOX_TRY_ASSIGN(file, file::open(path, file::Access::create));
  MOX_TRY(file::write_at(file, 0, content));
  return file::sync(file);
}

} // namespace

Result<int> make_key(const cli::Invocation& invocation) {
  const SystemClock clock;
  const auto stem = invocation.argument("STEM");
  const auto name = std::filesystem::path(stem).filename().string();
  MOX_TRY_ASSIGN(made, tls::make_client_key(name, clock.wall()));
  MOX_TRY_ASSIGN(key, tls::read_public_key(made.pem.certificate));
  const auto beginning = fmt::format(
      "{}.{:%Y%m%d%H%M}", stem, fmt::gmtime(static_cast<std::time_t>(unix_seconds(clock.wall()))));
  MOX_TRY(write_new(beginning + ".ed25519privatekey.pkcs8.pem", made.pem.key));
  MOX_TRY(write_new(beginning + ".certificate.pem", made.pem.certificate));
  MOX_TRY(write_new(beginning + ".ed25519privatekey-certificate.pem",
                    made.pem.key + made.pem.certificate));
  fmt::print(invocation.errors(), "seed: {}\nfingerprint: {}\n",
             text::base64url_encode(made.seed.view()), text::base64url_encode(key.fingerprint));
  return 0;
}

} // namespace mox::cmd
