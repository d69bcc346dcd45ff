#include "resolving.h"

#include "clock/clock.h"
#include "dns/anchor.h"
#include "dns/zone.h"
#include "file/file.h"
#include "random/random.h"
#include "resolver/cache.h"
#include "resolver/resolv_conf.h"
#include "resolver/stub_resolver.h"
#include "resolver/validating_resolver.h"
#include "resolver/zone_resolver.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mox::cmd {

std::vector<cli::Option> resolver_options() {
  return {{.name = "--resolver",
           .value = "WHICH",
           .help =
               "whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "
               "\"mox help dns\" explains",
           .kind = cli::Kind::text,
           .default_value = "system"},
          {.name = "--anchor",
           .value = "FILE",
           .help = "with validating: the DS or DNSKEY records to trust, not those of the root",
           .kind = cli::Kind::path},
          {.name = "--zone",
           .value = "FILE",
           .help = "take the records from a zone file; the network is not asked for names",
           .kind = cli::Kind::path}};
}

namespace {

using Made = Result<std::unique_ptr<resolver::Resolver>>;

constexpr std::uint16_t dns_port = 53;
constexpr const char* resolv_conf_path = "/etc/resolv.conf";
constexpr const char* root_key_path = "/usr/share/dns/root.key";
constexpr std::size_t resolv_conf_limit = 64 * 1024;
constexpr std::string_view validating = "validating";

// With what it needs.
class StubWithParts final : public resolver::Resolver {
public:
  explicit StubWithParts(resolver::StubResolver::Options options)
      : cache_(clock_), stub_(std::move(options), random_, cache_) {}

  async::Task<Result<resolver::Answer, resolver::Failure>> query(dns::Name name, dns::Type type,
                                                                 SteadyTime deadline) override {
    return stub_.query(std::move(name), type, deadline);
  }

private:
  SystemClock clock_;
  SystemRandom random_;
  resolver::Cache cache_;
  resolver::StubResolver stub_;
};

Made zone_resolver(const std::string& path) {
  MOX_TRY_ASSIGN(text, file::read_file(path, dns::zone_text_limit));
  auto zone = dns::parse_zone(text);
  if (!zone)
    return failure(zone.error().kind, fmt::format("zone file {}: {}", path, zone.error().text));
  return std::make_unique<resolver::ZoneResolver>(*std::move(zone));
}

Made system_resolver() {
  // Without the file the C library asks this machine.
  const auto text = file::read_file(resolv_conf_path, resolv_conf_limit).value_or("");
  return std::make_unique<StubWithParts>(resolver::options_of(resolver::parse_resolv_conf(text)));
}

// "192.0.2.1", "192.0.2.1:53", "2001:db8::1", "[2001:db8::1]:53".
std::optional<net::Endpoint> parse_server(std::string_view text) {
  auto address = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    address = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return std::nullopt;
    if (!rest.empty()) port = rest.substr(1);
  } else if (const auto colon = text.find(':');
             colon != std::string_view::npos && text.find(':', colon + 1) == text.npos) {
    address = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  const auto parsed = net::Address::parse(address);
  if (!parsed) return std::nullopt;
  if (!port) return net::Endpoint{*parsed, dns_port};
  const auto number = text::parse_number<std::uint16_t>(*port);
  if (!number || *number == 0) return std::nullopt;
  return net::Endpoint{*parsed, *number};
}

Result<std::vector<dns::Anchor>> anchors(const cli::Invocation& invocation) {
  if (invocation.given("--anchor")) {
    const std::string path(invocation.text("--anchor"));
    MOX_TRY_ASSIGN(text, file::read_file(path, dns::anchor_text_limit));
    auto parsed = dns::parse_anchors(text);
    if (!parsed)
      return failure(parsed.error().kind,
                     fmt::format("trust anchors {}: {}", path, parsed.error().text));
    return parsed;
  }
  const auto text = file::read_file(root_key_path, dns::anchor_text_limit).value_or("");
  return resolver::newest_root_anchors(text);
}

Made validating_resolver(const cli::Invocation& invocation, std::optional<net::Endpoint> forward_to,
                         const async::Executor& executor) {
  MOX_TRY_ASSIGN(trusted, anchors(invocation));
  return resolver::ValidatingResolver::make(
      {.anchors = std::move(trusted), .forward_to = forward_to}, executor);
}

Made resolver_of(const cli::Invocation& invocation, const async::Executor& executor) {
  auto which = invocation.text("--resolver");
  if (which == validating) return validating_resolver(invocation, std::nullopt, executor);
  const bool proven = which.starts_with(validating) && which.substr(validating.size())[0] == '@';
  if (proven) which.remove_prefix(validating.size() + 1);
  if (invocation.given("--anchor") && !proven)
    return failure(ErrorKind::invalid, "--anchor is for --resolver validating");
  if (which == "system" && !proven) return system_resolver();
  const auto server = parse_server(which);
  if (!server)
    return failure(ErrorKind::invalid,
                   fmt::format("--resolver must be system, validating, validating@ADDRESS[:PORT] "
                               "or ADDRESS[:PORT], not {}",
                               invocation.text("--resolver")));
  if (proven) return validating_resolver(invocation, *server, executor);
  return std::make_unique<StubWithParts>(
      resolver::StubResolver::Options{.servers = {{.endpoint = *server}}});
}

} // namespace

Made make_resolver(const cli::Invocation& invocation, async::Executor executor) {
  if (!invocation.given("--zone")) return resolver_of(invocation, executor);
  if (invocation.given("--resolver") || invocation.given("--anchor"))
    return failure(ErrorKind::invalid, "--zone leaves nobody to ask: it goes without --resolver "
                                       "and --anchor");
  return zone_resolver(std::string(invocation.text("--zone")));
}

} // namespace mox::cmd
