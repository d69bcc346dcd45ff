// Signing a message, by the configuration or with a key that is named.
#include "admin/configuration.h"
#include "cli/invocation.h"
#include "commands.h"
#include "config/units.h"
#include "dkim.h"
#include "dkim/header_section.h"
#include "dkim/message_reader.h"
#include "dkim/signer.h"
#include "dkimsign/signings.h"
#include "message_input.h"
#include "place.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

Result<std::pair<dkim::Canonical, dkim::Canonical>> canonical_forms(std::string_view text) {
  const auto slash = text.find('/');
  const auto header = dkim::parse_canonical(text.substr(0, slash));
  const auto body = slash == std::string_view::npos ? dkim::Canonical::simple
                                                    : dkim::parse_canonical(text.substr(slash + 1));
  if (!header || !body)
    return failure(ErrorKind::invalid,
                   fmt::format("--canonicalization {:?}: must be two of simple and relaxed with a "
                               "slash between, such as relaxed/relaxed",
                               text));
  return std::pair(*header, *body);
}

// What the options say of how to sign; where they say nothing, the configuration does.
struct How {
  std::optional<std::pair<dkim::Canonical, dkim::Canonical>> forms;
  std::vector<std::string> names;
  std::optional<std::chrono::seconds> expiration;
};

Result<How> read_options(const cli::Invocation& invocation) {
  How how;
  if (const auto wrong = check_named_key(invocation))
    return failure(ErrorKind::invalid, std::string(*wrong));
  if (invocation.given("--canonicalization")) {
    MOX_TRY_ASSIGN(forms, canonical_forms(invocation.text("--canonicalization")));
    how.forms = forms;
  }
  how.names = header_names(invocation.text("--headers"));
  if (invocation.given("--headers") &&
      std::ranges::none_of(how.names, [](auto& name) { return text::iequals(name, "From"); }))
    return failure(ErrorKind::invalid, fmt::format("--headers {:?}: From must be one of them",
                                                   invocation.text("--headers")));
  if (invocation.given("--expiration")) {
    const auto time = config::parse_duration(invocation.text("--expiration"));
    if (!time || time->count() == 0)
      return failure(ErrorKind::invalid,
                     fmt::format("--expiration {:?}: must be a time such as 72h",
                                 invocation.text("--expiration")));
    how.expiration = std::chrono::ceil<std::chrono::seconds>(*time);
  }
  return how;
}

void apply(const How& how, bool seal, std::vector<dkim::Signing>& signings) {
  for (auto& signing : signings) {
    if (how.forms) std::tie(signing.header, signing.body) = *how.forms;
    if (!how.names.empty()) signing.signed_names = how.names;
    if (how.expiration) signing.expiration = how.expiration;
    if (!seal) signing.seal = false;
  }
}

// The domain of the one address in From.
Result<dns::Name> from_domain(std::string_view message) {
  dkim::MessageReader reader;
  reader.feed(message);
  reader.finish();
  const dkim::HeaderSection header(reader.header());
  if (const auto count = header.count("From"); count != 1)
    return failure(ErrorKind::invalid,
                   fmt::format("the message has {} From headers, and must have one", count));
  const auto identity = dkim::from_identity(header);
  if (!identity)
    return failure(ErrorKind::invalid, "the From header must have exactly one address");
  return identity->domain;
}

Result<std::vector<dkim::Signing>> configured(const cli::Invocation& invocation,
                                              const dns::Name& domain) {
  const auto files =
      admin::Files::beside(std::filesystem::absolute(config_path(invocation)).lexically_normal());
  MOX_TRY_ASSIGN(both, admin::read(files));
  const auto found = both.domains->domains.find(domain);
  if (found == both.domains->domains.end())
    return failure(ErrorKind::not_found,
                   fmt::format("the domain {} of the From header is not in {}; name a key with "
                               "--key, --selector and --domain",
                               domain.unicode(), files.domains.string()));
  dkimsign::KeyFiles keys;
  MOX_TRY_ASSIGN(signings, dkimsign::read_signings(domain, found->second.dkim, keys));
  if (signings.empty())
    return failure(ErrorKind::not_found,
                   fmt::format("the domain {} does not sign: {} has no sign in its dkim section",
                               domain.unicode(), files.domains.string()));
  return signings;
}

Result<std::vector<dkim::Signing>> signings_for(const cli::Invocation& invocation,
                                                std::string_view message) {
  MOX_TRY_ASSIGN(domain, from_domain(message));
  MOX_TRY_ASSIGN(named, named_key(invocation));
  if (!named) return configured(invocation, domain);
  std::vector<dkim::Signing> signings;
  signings.push_back({.domain = std::move(named->domain),
                      .selector = std::move(named->selector),
                      .key = std::move(named->key)});
  return signings;
}

} // namespace

Result<int> dkim_sign(const cli::Invocation& invocation) {
  const auto how = read_options(invocation);
  if (!how) return wrong_use(invocation, how.error().text);
  MOX_TRY_ASSIGN(message, read_message(invocation.argument("FILE")));
  LineEnds line_ends;
  const auto with_crlf = line_ends.converted(message);
  MOX_TRY_ASSIGN(signings, signings_for(invocation, with_crlf));
  apply(*how, !invocation.given("--no-seal"), signings);
  dkim::Signer signer(std::move(signings), time_of(invocation));
  signer.feed(with_crlf);
  MOX_TRY_ASSIGN(fields, signer.finish());
  if (line_ends.converts()) std::erase(fields, '\r');
  std::fwrite(fields.data(), 1, fields.size(), invocation.output());
  if (!invocation.given("--headers-only"))
    std::fwrite(message.data(), 1, message.size(), invocation.output());
  return cli::exit_done;
}

} // namespace mox::cmd
