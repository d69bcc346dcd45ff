#include "resolving.h"

#include "dns/anchor.h"
#include "dns/zone.h"
#include "file/file.h"
#include "resolver/choice.h"
#include "resolver/zone_resolver.h"

#include <fmt/format.h>

#include <cstdio>
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

Made zone_resolver(const std::string& path) {
  MOX_TRY_ASSIGN(text, file::read_file(path, dns::zone_text_limit));
  auto zone = dns::parse_zone(text);
  if (!zone)
    return failure(zone.error().kind, fmt::format("zone file {}: {}", path, zone.error().text));
  return std::make_unique<resolver::ZoneResolver>(*std::move(zone));
}

Result<std::vector<dns::Anchor>> anchors(const cli::Invocation& invocation) {
  if (!invocation.given("--anchor")) return resolver::system_anchors();
  const std::string path(invocation.text("--anchor"));
  MOX_TRY_ASSIGN(text, file::read_file(path, dns::anchor_text_limit));
  auto parsed = dns::parse_anchors(text);
  if (!parsed)
    return failure(parsed.error().kind,
                   fmt::format("trust anchors {}: {}", path, parsed.error().text));
  return parsed;
}

Made resolver_of(const cli::Invocation& invocation, const async::Executor& executor) {
  const auto which = invocation.text("--resolver");
  const auto choice = resolver::parse_choice(which);
  if (!choice)
    return failure(choice.error().kind,
                   fmt::format("--resolver {}: {}", which, choice.error().text));
  const bool proven = choice->how == resolver::Choice::How::validating;
  if (invocation.given("--anchor") && !proven)
    return failure(ErrorKind::invalid, "--anchor is for --resolver validating");
  std::vector<dns::Anchor> trusted;
  if (proven) {
    MOX_TRY_ASSIGN(read, anchors(invocation));
    trusted = std::move(read);
  }
  return resolver::make(*choice, executor, std::move(trusted));
}

} // namespace

Made make_resolver(const cli::Invocation& invocation, async::Executor executor) {
  if (!invocation.given("--zone")) return resolver_of(invocation, executor);
  if (invocation.given("--resolver") || invocation.given("--anchor"))
    return failure(ErrorKind::invalid, "--zone leaves nobody to ask: it goes without --resolver "
                                       "and --anchor");
  return zone_resolver(std::string(invocation.text("--zone")));
}

int wrong_use(const cli::Invocation& invocation, std::string_view text) {
  fmt::print(invocation.errors(), "{} {}: {}\n", invocation.program().name,
             invocation.command().words, text);
  return exit_wrong_use;
}

int refused(const cli::Invocation& invocation, const Error& error) {
  const auto code = wrong_use(invocation, error.text);
  return error.kind == ErrorKind::temporary ? exit_temporary : code;
}

int not_answered(const cli::Invocation& invocation, const Error& error) {
  std::fflush(invocation.output());
  wrong_use(invocation, error.text);
  const bool wrong = error.kind == ErrorKind::invalid || error.kind == ErrorKind::not_found ||
                     error.kind == ErrorKind::refused;
  return wrong ? exit_wrong_use : exit_temporary;
}

} // namespace mox::cmd
