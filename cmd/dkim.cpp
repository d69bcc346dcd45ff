#include "dkim.h"

#include "async/loop.h"
#include "clock/clock.h"
#include "commands.h"
#include "dkimsign/key_files.h"
#include "dkimverify/verify.h"
#include "facts.h"
#include "message_input.h"
#include "publicsuffix/publicsuffix.h"
#include "resolving.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

namespace mox::cmd {

namespace {

Facts facts_of(const dkim::Verdict& verdict) {
  const auto& signature = verdict.signature;
  Facts facts;
  facts.add("status", to_string(verdict.status));
  facts.add("domain", signature.domain.ascii()).add("selector", signature.selector.ascii());
  if (signature.identity) facts.add("identity", to_string(*signature.identity));
  if (signature.algorithm) facts.add("algorithm", to_string(*signature.algorithm));
  if (verdict.key && verdict.key->key.bits() > 0)
    facts.add("key-bits", std::int64_t{verdict.key->key.bits()});
  if (verdict.fault) facts.add("why", to_string(*verdict.fault));
  if (signature.algorithm)
    facts.add("canonicalization",
              fmt::format("{}/{}", to_string(signature.header), to_string(signature.body)));
  facts.add("signed-headers", fmt::format("{}", fmt::join(signature.signed_names, ":")));
  if (verdict.key) facts.add("test-mode", verdict.key->record.is_test());
  if (!signature.domain.empty()) facts.add("dnssec", verdict.authentic);
  if (verdict.key) facts.add("record", verdict.key->text);
  return facts;
}

int exit_code(const std::vector<dkim::Verdict>& verdicts) {
  const auto any = [&](dkim::Status status) {
    return std::ranges::any_of(verdicts,
                               [&](const auto& verdict) { return verdict.status == status; });
  };
  if (any(dkim::Status::pass)) return exit_holds;
  return any(dkim::Status::temperror) ? exit_temporary : exit_fails;
}

Facts facts_of(const dkim::KeyRecord& record) {
  Facts facts;
  const auto& [text, fields, key, fault] = record;
  facts.add("key-type", fields.key_type);
  if (key.bits() > 0) facts.add("key-bits", std::int64_t{key.bits()});
  facts.add("hashes", fmt::format("{}", fmt::join(fields.hashes, ":")));
  facts.add("services", fmt::format("{}", fmt::join(fields.services, ":")));
  facts.add("flags", fmt::format("{}", fmt::join(fields.flags, ":")));
  facts.add("notes", fields.notes);
  return facts;
}

} // namespace

std::chrono::sys_seconds time_of(const cli::Invocation& invocation) {
  if (const auto given = invocation.integer("--now"))
    return std::chrono::sys_seconds(std::chrono::seconds(*given));
  return std::chrono::floor<std::chrono::seconds>(SystemClock().wall());
}

Result<dns::Name> name_of(std::string_view what, std::string_view text) {
  auto name = dns::parse_name(text, {.underscore = true, .trailing_dot = true});
  if (!name)
    return failure(ErrorKind::invalid, fmt::format("{} {:?}: {}", what, text, name.error().text));
  return name;
}

std::optional<std::string_view> check_named_key(const cli::Invocation& invocation) {
  const int given = static_cast<int>(invocation.given("--key")) +
                    static_cast<int>(invocation.given("--selector")) +
                    static_cast<int>(invocation.given("--domain"));
  if (given == 0 || given == 3) return std::nullopt;
  return "--key, --selector and --domain must be given together";
}

Result<std::optional<NamedKey>> named_key(const cli::Invocation& invocation) {
  if (!invocation.given("--key")) return std::nullopt;
  MOX_TRY_ASSIGN(domain, name_of("--domain", invocation.text("--domain")));
  MOX_TRY_ASSIGN(selector, name_of("--selector", invocation.text("--selector")));
  MOX_TRY_ASSIGN(key, dkimsign::read_key(std::filesystem::path(invocation.text("--key"))));
  return NamedKey{
      .domain = std::move(domain), .selector = std::move(selector), .key = std::move(key)};
}

std::vector<std::string> header_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(":, "), text.size());
    if (end > 0) names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

Result<int> dkim_verify(const cli::Invocation& invocation) {
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  const auto suffixes = publicsuffix::List::built_in();
  dkim::Verifier verifier({.now = time_of(invocation), .is_public_suffix = [&](const dns::Name& n) {
                             return suffixes.is_public_suffix(n);
                           }});
  MOX_TRY(feed_message(invocation.argument("FILE"),
                       [&](std::string_view chunk) { verifier.feed(chunk); }));
  verifier.finish();
  const auto deadline = SystemClock().steady() + lookup_time;
  const auto verdicts =
      loop.run(dkimverify::verify(loop.executor(), verifier, *resolver, deadline));
  std::vector<Facts> things;
  things.reserve(verdicts.size());
  for (const auto& verdict : verdicts) things.push_back(facts_of(verdict));
  if (things.empty() && !invocation.given("--json"))
    things.push_back(
        Facts().add("status", "none").add("why", "the message has no DKIM-Signature header"));
  print(invocation, things);
  return exit_code(verdicts);
}

Result<int> dkim_lookup(const cli::Invocation& invocation) {
  MOX_TRY_ASSIGN(selector, name_of("selector", invocation.argument("SELECTOR")));
  MOX_TRY_ASSIGN(domain, name_of("domain", invocation.argument("DOMAIN")));
  MOX_TRY_ASSIGN(name, name_of("the name of the key,",
                               fmt::format("{}._domainkey.{}", selector.ascii(), domain.ascii())));
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  const auto answer = loop.run(
      dkimverify::find_key(*resolver, name, SystemClock().steady() + lookup_time, nullptr));
  const auto fault =
      answer.record ? answer.record->fault : std::optional<dkim::Fault>(answer.refusal->fault);
  Facts facts = answer.record ? facts_of(*answer.record) : Facts();
  Facts all;
  all.add("name", name.ascii());
  all.add("status", answer.refusal ? to_string(answer.refusal->status)
                    : fault        ? "permerror"
                                   : "found");
  if (fault) all.add("why", to_string(*fault));
  if (answer.record && answer.record->record.public_key.empty()) all.add("revoked", true);
  for (const auto& [fact, value] : facts.values())
    std::visit([&, key = fact](const auto& content) { all.add(key, content); }, value);
  all.add("dnssec", answer.authentic);
  if (answer.record) all.add("record", answer.record->text);
  print(invocation, all);
  if (answer.refusal && answer.refusal->status == dkim::Status::temperror) return exit_temporary;
  return fault ? exit_fails : exit_holds;
}

} // namespace mox::cmd
