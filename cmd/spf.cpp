#include "async/loop.h"
#include "cli/invocation.h"
#include "clock/clock.h"
#include "commands.h"
#include "json/writer.h"
#include "resolving.h"
#include "spfverify/verify.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mox::cmd {

namespace {

using spfverify::Outcome;
using spfverify::Request;

constexpr std::chrono::minutes time_limit{1};
constexpr std::size_t shown_limit = 65'535;

// What comes from the DNS, for a terminal.
std::string shown(std::string_view text) {
  return spf::shown(text, shown_limit);
}

int exit_code(spf::Verdict verdict) {
  switch (verdict) {
  case spf::Verdict::pass: return exit_holds;
  case spf::Verdict::temperror: return exit_temporary;
  default: return exit_fails;
  }
}

// The name of a domain as an argument.
Result<dns::Name> domain_argument(std::string_view text) {
  auto name = dns::parse_name(text, {.underscore = true, .trailing_dot = true});
  if (!name)
    return failure(ErrorKind::invalid,
                   fmt::format("\"{}\" is no domain name: {}", shown(text), name.error().text));
  return name;
}

// Without "Received-SPF: ", and on one line.
std::string header_body(const Request& request, const Outcome& outcome) {
  const auto field = spf::format_received_spf(received_spf(request, outcome, false));
  std::string body;
  for (const char c : std::string_view(field).substr(field.find(' ') + 1))
    if (c != '\r' && c != '\n') body += c == '\t' ? ' ' : c;
  return body;
}

void print_text(const cli::Invocation& invocation, const Request& request, const Outcome& outcome) {
  auto* const to = invocation.output();
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) fmt::print(to, "{}: {}\n", name, shown(value));
  };
  line("result", spf::to_string(outcome.verdict));
  line("domain", outcome.domain.ascii());
  line("identity", spf::to_string(outcome.identity));
  line("mechanism", outcome.mechanism);
  if (!outcome.steps.empty() && outcome.steps.front().domain != outcome.domain)
    line("of", outcome.steps.front().domain.ascii());
  for (std::size_t i = 1; i < outcome.steps.size(); ++i)
    line("by", fmt::format("{} {}", outcome.steps[i].domain.ascii(), outcome.steps[i].mechanism));
  line("reason", outcome.reason);
  line("problem", outcome.problem);
  line("explanation", outcome.explanation);
  line("record", outcome.record);
  fmt::print(to, "lookups: {} of {}\n", outcome.terms, request.limits.terms);
  fmt::print(to, "void-lookups: {} of {}\n", outcome.void_lookups, request.limits.void_lookups);
  fmt::print(to, "queries: {}\n", outcome.queries);
  line("dnssec", outcome.authentic ? "yes" : "no");
  line("received-spf", header_body(request, outcome));
}

void print_json(const cli::Invocation& invocation, const Request& request, const Outcome& outcome) {
  json::Writer json(2);
  json.object();
  json.member("result", spf::to_string(outcome.verdict));
  json.member("domain", outcome.domain.ascii());
  json.member("identity", spf::to_string(outcome.identity));
  json.member("mechanism", outcome.mechanism);
  json.key("steps").array();
  for (const auto& step : outcome.steps) {
    json.object();
    json.member("domain", step.domain.ascii());
    json.member("mechanism", step.mechanism);
    json.end();
  }
  json.end();
  json.member("reason", outcome.reason);
  json.member("problem", outcome.problem);
  json.member("explanation", outcome.explanation);
  json.member("record", outcome.record);
  json.member("lookups", outcome.terms);
  json.member("voidLookups", outcome.void_lookups);
  json.member("queries", outcome.queries);
  json.member("dnssec", outcome.authentic);
  json.member("receivedSPF", header_body(request, outcome));
  json.end();
  fmt::print(invocation.output(), "{}\n", std::move(json).text());
}

// From options and arguments; nothing, after a message, when they cannot be meant.
std::optional<Request> request_of(const cli::Invocation& invocation) {
  // With one argument it is the address.
  const bool with_domain = !invocation.argument("IP").empty();
  const auto ip_text = invocation.argument(with_domain ? "IP" : "DOMAIN");
  const std::string domain(with_domain ? invocation.argument("DOMAIN") : "");
  const auto ip = net::Address::parse(ip_text);
  if (!ip) {
    wrong_use(invocation, fmt::format("\"{}\" is no IP address", shown(ip_text)));
    return std::nullopt;
  }
  if (!with_domain && !invocation.given("--mail-from") && !invocation.given("--helo")) {
    wrong_use(invocation, "whose policy? Give DOMAIN before the IP address, or --mail-from, or "
                          "--helo");
    return std::nullopt;
  }
  std::string helo(invocation.given("--helo") ? std::string(invocation.text("--helo")) : domain);
  const auto mail_from = invocation.text("--mail-from");
  if (helo.empty() && !mail_from.empty()) helo = mail_from.substr(mail_from.rfind('@') + 1);
  Request request{.ip = *ip, .sender = spf::sender_of(mail_from, helo), .helo = helo};
  request.time = SystemClock().wall();
  if (!with_domain) return request;
  if (!invocation.given("--mail-from")) request.sender = spf::sender_of('@' + domain, helo);
  const auto name = domain_argument(domain);
  if (!name) {
    wrong_use(invocation, name.error().text);
    return std::nullopt;
  }
  request.domain = *name;
  return request;
}

void write_directive(json::Writer& json, const spf::Directive& directive) {
  json.object();
  json.member("text", directive.text);
  json.member("result", spf::to_string(directive.verdict));
  json.member("mechanism", spf::to_string(directive.mechanism));
  using enum spf::Mechanism;
  const bool v4 = directive.mechanism == ip4;
  const bool v6 = directive.mechanism == ip6;
  const bool both = directive.mechanism == a || directive.mechanism == mx;
  if (!directive.domain.empty()) json.member("domain", directive.domain.text);
  if (v4 || v6) json.member("network", spf::to_string(directive.network));
  if (v4 || both) json.member("prefix4", directive.prefix4);
  if (v6 || both) json.member("prefix6", directive.prefix6);
  json.end();
}

void print_record(const cli::Invocation& invocation, std::string_view text,
                  const spf::Record& record, std::optional<bool> authentic) {
  auto* const to = invocation.output();
  if (!invocation.given("--json")) {
    fmt::print(to, "record: {}\n", shown(text));
    if (authentic) fmt::print(to, "dnssec: {}\n", *authentic ? "yes" : "no");
    for (const auto& directive : record.directives)
      fmt::print(to, "{}: {}\n", spf::to_string(directive.verdict), directive.text);
    if (record.redirect) fmt::print(to, "redirect: {}\n", record.redirect->text);
    if (record.explanation) fmt::print(to, "exp: {}\n", record.explanation->text);
    for (const auto& other : record.others)
      fmt::print(to, "unknown: {}={}\n", other.name, other.value.text);
    return;
  }
  json::Writer json(2);
  json.object();
  json.member("record", text);
  if (authentic) json.member("dnssec", *authentic);
  json.key("directives").array();
  for (const auto& directive : record.directives) write_directive(json, directive);
  json.end();
  if (record.redirect) json.member("redirect", record.redirect->text);
  if (record.explanation) json.member("exp", record.explanation->text);
  json.key("unknown").array();
  for (const auto& other : record.others) {
    json.object();
    json.member("name", other.name);
    json.member("value", other.value.text);
    json.end();
  }
  json.end();
  json.end();
  fmt::print(to, "{}\n", std::move(json).text());
}

} // namespace

Result<int> spf_check(const cli::Invocation& invocation) {
  auto request = request_of(invocation);
  if (!request) return exit_wrong_use;
  async::Loop loop;
  const auto resolver = make_resolver(invocation, loop.executor());
  if (!resolver) return refused(invocation, resolver.error());
  const auto deadline = SystemClock().steady() + time_limit;
  const auto outcome = loop.run(spfverify::verify(**resolver, *request, deadline));
  if (invocation.given("--json"))
    print_json(invocation, *request, outcome);
  else
    print_text(invocation, *request, outcome);
  return exit_code(outcome.verdict);
}

Result<int> spf_lookup(const cli::Invocation& invocation) {
  const auto domain = domain_argument(invocation.argument("DOMAIN"));
  if (!domain) return wrong_use(invocation, domain.error().text);
  async::Loop loop;
  const auto resolver = make_resolver(invocation, loop.executor());
  if (!resolver) return refused(invocation, resolver.error());
  const auto deadline = SystemClock().steady() + time_limit;
  const auto found = loop.run(spfverify::lookup(**resolver, *domain, deadline));
  if (found) {
    print_record(invocation, found->text, found->record, found->authentic);
    return exit_holds;
  }
  const auto& problem = found.error();
  if (!problem.record.empty())
    fmt::print(invocation.output(), "record: {}\n", shown(problem.record));
  fmt::print(invocation.errors(), "mox spf lookup: {}\n", shown(problem.text));
  return problem.verdict == spf::Verdict::temperror ? exit_temporary : exit_fails;
}

Result<int> spf_parse(const cli::Invocation& invocation) {
  const auto text = invocation.argument("RECORD");
  const auto record = spf::parse_record(text);
  if (!record) return failure(ErrorKind::invalid, spf::to_string(record.error()));
  print_record(invocation, text, *record, std::nullopt);
  return exit_holds;
}

} // namespace mox::cmd
