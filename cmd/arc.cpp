#include "arc/sealer.h"
#include "arc/verifier.h"
#include "arcverify/verify.h"
#include "async/loop.h"
#include "cli/invocation.h"
#include "clock/clock.h"
#include "commands.h"
#include "dkim.h"
#include "facts.h"
#include "message_input.h"
#include "resolving.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::cmd {

namespace {

std::string outcome(const std::optional<dkim::Refusal>& refusal) {
  if (!refusal) return "pass";
  return fmt::format("{} ({})", to_string(refusal->status), to_string(refusal->fault));
}

Facts facts_of(const arc::Hop& hop) {
  Facts facts;
  facts.add("instance", std::int64_t{hop.instance});
  facts.add("domain", hop.seal.domain.ascii()).add("selector", hop.seal.selector.ascii());
  if (hop.seal.algorithm) facts.add("algorithm", to_string(*hop.seal.algorithm));
  facts.add("chain", to_string(hop.chain));
  facts.add("seal", outcome(hop.seal_refusal));
  facts.add("message", hop.message_checked ? outcome(hop.message_refusal) : "not checked");
  facts.add("dnssec", hop.authentic);
  std::string results;
  for (const char c : hop.results)
    if (c != '\r' && c != '\n') results += c == '\t' ? ' ' : c;
  facts.add("results", results);
  return facts;
}

void print_verdict(const cli::Invocation& invocation, const arc::Verdict& verdict) {
  Facts facts;
  facts.add("status", to_string(verdict.chain));
  if (verdict.fault) facts.add("why", to_string(*verdict.fault));
  if (verdict.fault) facts.add("temporary", verdict.temporary);
  facts.add("instances", static_cast<std::int64_t>(verdict.hops.size()));
  if (verdict.chain == arc::Chain::pass)
    facts.add("oldest-pass", std::int64_t{verdict.oldest_pass});
  std::vector<Facts> hops;
  hops.reserve(verdict.hops.size());
  for (const auto& hop : verdict.hops) hops.push_back(facts_of(hop));
  print(invocation, facts, "hops", hops);
}

// What the server `id` found out, from all of its Authentication-Results, a line for each header:
// "id; spf=pass; dkim=pass".
std::string results_of(const dkim::HeaderSection& header, std::string_view id) {
  std::string results(id);
  bool any = false;
  for (const auto number : header.all("Authentication-Results")) {
    const auto body = header.fields()[number].body;
    const auto end = std::min(body.find(';'), body.size());
    const auto server = text::trim(body.substr(0, end));
    if (!text::iequals(server.substr(0, server.find_first_of(" \t\r\n")), id)) continue;
    auto rest = text::trim(body.substr(std::min(end + 1, body.size())));
    while (rest.ends_with(';')) rest = text::trim(rest.substr(0, rest.size() - 1));
    if (rest.empty() || text::iequals(rest, "none")) continue;
    results += fmt::format(";\r\n\t{}", rest);
    any = true;
  }
  return any ? results : results + "; none";
}

} // namespace

Result<int> arc_verify(const cli::Invocation& invocation) {
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  arc::Verifier verifier(time_of(invocation));
  MOX_TRY(feed_message(invocation.argument("FILE"),
                       [&](std::string_view chunk) { verifier.feed(chunk); }));
  verifier.finish();
  const auto deadline = SystemClock().steady() + lookup_time;
  const auto verdict = loop.run(arcverify::verify(loop.executor(), verifier, *resolver, deadline));
  print_verdict(invocation, verdict);
  if (verdict.chain == arc::Chain::pass) return exit_holds;
  return verdict.temporary ? exit_temporary : exit_fails;
}

Result<int> arc_seal(const cli::Invocation& invocation) {
  if (!invocation.given("--key")) return wrong_use(invocation, "--key FILE is needed");
  if (const auto wrong = check_named_key(invocation)) return wrong_use(invocation, *wrong);
  MOX_TRY_ASSIGN(named, named_key(invocation));
  MOX_TRY_ASSIGN(message, read_message(invocation.argument("FILE")));
  LineEnds line_ends;
  const auto with_crlf = line_ends.converted(message);

  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, make_resolver(invocation, loop.executor()));
  arc::Verifier verifier(time_of(invocation));
  verifier.feed(with_crlf);
  verifier.finish();
  const auto deadline = SystemClock().steady() + lookup_time;
  const auto verdict = loop.run(arcverify::verify(loop.executor(), verifier, *resolver, deadline));
  if (verdict.temporary) {
    fmt::print(invocation.errors(), "mox arc seal: the chain cannot be judged now: {}\n",
               to_string(*verdict.fault));
    return exit_temporary;
  }

  arc::Sealing sealing{.domain = named->domain,
                       .selector = named->selector,
                       .key = named->key,
                       .now = time_of(invocation)};
  if (invocation.given("--headers"))
    sealing.signed_names = header_names(invocation.text("--headers"));
  const auto id = invocation.given("--authserv-id") ? std::string(invocation.text("--authserv-id"))
                                                    : sealing.domain.ascii();
  arc::Sealer sealer(std::move(sealing));
  sealer.feed(with_crlf);
  MOX_TRY_ASSIGN(fields, sealer.finish(verdict.chain, results_of(verifier.header(), id)));
  if (line_ends.converts()) std::erase(fields, '\r');
  std::fwrite(fields.data(), 1, fields.size(), invocation.output());
  std::fwrite(message.data(), 1, message.size(), invocation.output());
  return cli::exit_done;
}

} // namespace mox::cmd
