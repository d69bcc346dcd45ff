#include "async/loop.h"
#include "cli/invocation.h"
#include "commands.h"
#include "facts.h"
#include "json/writer.h"
#include "resolving.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

using resolver::Failure;
using resolver::Resolver;

constexpr std::chrono::seconds time_limit{30};

struct Asked {
  dns::Name name;
  std::optional<dns::Type> type; // nothing: addresses of both kinds
};

// What was found, of any type.
struct Found {
  std::vector<std::string> records;
  std::vector<dns::Name> aliases;
  bool authentic = false;
  std::chrono::seconds ttl{};
  std::size_t unreadable = 0;
  std::vector<dns::ExtendedError> extended_errors{};
};

Result<dns::Type> parse_type(std::string_view text) {
  constexpr std::array<std::string_view, 9> allowed{"a",   "aaaa", "cname", "mx", "ns",
                                                    "ptr", "srv",  "tlsa",  "txt"};
  const auto lower = text::lower(text);
  if (std::ranges::find(allowed, lower) == allowed.end())
    return failure(ErrorKind::invalid,
                   fmt::format("TYPE must be one of a, aaaa, ips, cname, mx, ns, ptr, srv, tlsa, "
                               "txt, not {:.20}",
                               text));
  return dns::parse_type(lower);
}

// A name as people write it; else anything that can be asked for.
Result<dns::Name> parse_name(std::string_view text) {
  if (text == ".") return dns::Name();
  if (auto name = dns::parse_name(text, {.underscore = true, .trailing_dot = true})) return name;
  auto name = dns::parse_name(text, {.trailing_dot = true, .any_printable = true});
  if (!name) return failure(ErrorKind::invalid, fmt::format("{:.80}: {}", text, name.error().text));
  return name;
}

Result<Asked> parse_asked(std::string_view type_text, std::string_view name_text) {
  Asked asked;
  if (!text::iequals(type_text, "ips")) {
    MOX_TRY_ASSIGN(type, parse_type(type_text));
    asked.type = type;
  }
  if (asked.type == dns::Type::ptr) {
    if (const auto address = net::Address::parse(name_text)) {
      asked.name = resolver::reverse_name(*address);
      return asked;
    }
  }
  MOX_TRY_ASSIGN(name, parse_name(name_text));
  asked.name = std::move(name);
  return asked;
}

async::Task<Result<Found, Failure>> look_up(Resolver& from, const Asked& asked,
                                            SteadyTime deadline) {
  if (!asked.type) {
    const auto both = co_await resolver::lookup_addresses(from, asked.name, deadline);
    if (!both) co_return failure(both.error());
    Found found{.authentic = both->authentic, .ttl = both->ttl};
    std::ranges::transform(both->values, std::back_inserter(found.records),
                           &net::Address::to_string);
    co_return found;
  }
  auto answer = co_await from.query(asked.name, *asked.type, deadline);
  if (!answer) co_return failure(std::move(answer).error());
  Found found{.aliases = std::move(answer->aliases),
              .authentic = answer->authentic,
              .ttl = answer->ttl,
              .unreadable = answer->unreadable,
              .extended_errors = std::move(answer->extended_errors)};
  // The names that they lead to, from the first to the last.
  if (!found.aliases.empty()) {
    found.aliases.erase(found.aliases.begin());
    found.aliases.push_back(answer->name);
  }
  for (const auto& record : answer->records) found.records.push_back(dns::to_string(record.data));
  co_return found;
}

std::string_view dnssec_words(bool authentic) {
  return authentic ? "with dnssec" : "without dnssec";
}

std::string numbered(const dns::ExtendedError& error) {
  return fmt::format("{} ({})", error.code, dns::to_string(error));
}

void print_text(const cli::Invocation& invocation, const Found& found) {
  Facts facts;
  facts.add("records", fmt::format("{}, {}", found.records.size(), dnssec_words(found.authentic)));
  facts.add("ttl", static_cast<std::int64_t>(found.ttl.count()));
  for (const auto& alias : found.aliases) facts.add("alias", alias.ascii());
  if (found.unreadable > 0) facts.add("unreadable", static_cast<std::int64_t>(found.unreadable));
  for (const auto& error : found.extended_errors) facts.add("extended-error", numbered(error));
  for (const auto& record : found.records) facts.add("record", record);
  print(invocation, facts);
}

void print_json(const cli::Invocation& invocation, const Asked& asked, const Found& found) {
  json::Writer json(2);
  json.object();
  json.key("name").value(asked.name.ascii());
  json.key("count").value(static_cast<std::int64_t>(found.records.size()));
  json.key("dnssec").value(found.authentic);
  json.key("ttl").value(static_cast<std::int64_t>(found.ttl.count()));
  json.key("unreadable").value(static_cast<std::int64_t>(found.unreadable));
  json.key("aliases").array();
  for (const auto& alias : found.aliases) json.value(alias.ascii());
  json.end();
  json.key("records").array();
  for (const auto& record : found.records) json.value(record);
  json.end();
  json.key("extended-errors").array();
  for (const auto& error : found.extended_errors) {
    json.object().member("code", static_cast<std::int64_t>(error.code));
    if (!error.text.empty()) json.member("text", error.text);
    json.end();
  }
  json.end().end();
  fmt::print(invocation.output(), "{}\n", std::move(json).text());
}

// No records: "records: 0", and why. Not known: one line of error.
int print_failure(const cli::Invocation& invocation, const Failure& problem) {
  const bool absent = problem.absent();
  if (!absent && !invocation.given("--json")) {
    fmt::print(invocation.errors(), "mox dns lookup: {}\n", problem.text);
    return exit_temporary;
  }
  Facts facts;
  const auto add_problem = [&] {
    facts.add("problem", resolver::to_string(problem.problem)).add("explanation", problem.text);
  };
  if (invocation.given("--json")) {
    facts.add("count", std::int64_t{0}).add("dnssec", problem.authentic);
    add_problem();
    std::vector<Facts> errors;
    for (const auto& error : problem.extended_errors)
      errors.push_back(
          Facts().add("code", static_cast<std::int64_t>(error.code)).add("text", error.text));
    print(invocation, facts, "extended-errors", errors);
  } else {
    facts.add("records", fmt::format("0, {}", dnssec_words(problem.authentic)));
    add_problem();
    print(invocation, facts);
  }
  return absent ? exit_fails : exit_temporary;
}

} // namespace

Result<int> dns_lookup(const cli::Invocation& invocation) {
  MOX_TRY_ASSIGN(asked, parse_asked(invocation.argument("TYPE"), invocation.argument("NAME")));
  async::Loop loop;
  MOX_TRY_ASSIGN(from, make_resolver(invocation, loop.executor()));
  const auto deadline = std::chrono::steady_clock::now() + time_limit;
  const auto found = loop.run(look_up(*from, asked, deadline));
  if (!found) return print_failure(invocation, found.error());
  if (invocation.given("--json"))
    print_json(invocation, asked, *found);
  else
    print_text(invocation, *found);
  return exit_holds;
}

} // namespace mox::cmd
