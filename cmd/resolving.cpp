#include "resolving.h"

#include "dns/zone.h"
#include "file/file.h"
#include "resolver/zone_resolver.h"

#include <fmt/format.h>

#include <string>

namespace mox::cmd {

std::vector<cli::Option> resolver_options() {
  return {{.name = "--resolver",
           .value = "WHICH",
           .help = "whom to ask: system, validating, or ADDRESS[:PORT] of a name server",
           .kind = cli::Kind::text,
           .default_value = "system"},
          {.name = "--zone",
           .value = "FILE",
           .help = "take the records from a zone file; the network is not used",
           .kind = cli::Kind::path}};
}

namespace {

Result<std::unique_ptr<resolver::Resolver>> zone_resolver(const std::string& path) {
  MOX_TRY_ASSIGN(text, file::read_file(path, dns::zone_text_limit));
  auto zone = dns::parse_zone(text);
  if (!zone)
    return failure(zone.error().kind, fmt::format("zone file {}: {}", path, zone.error().text));
  return std::make_unique<resolver::ZoneResolver>(*std::move(zone));
}

} // namespace

Result<std::unique_ptr<resolver::Resolver>> make_resolver(const cli::Invocation& invocation,
                                                          async::Executor executor) {
  static_cast<void>(executor);
  if (invocation.given("--zone")) return zone_resolver(std::string(invocation.text("--zone")));
  return failure(ErrorKind::unsupported, "only --zone FILE can be asked yet");
}

} // namespace mox::cmd
