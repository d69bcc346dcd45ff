#include "spfverify/check.h"

#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::spfverify {

namespace {

using spf::Verdict;

// "%{h}": what was said, with A-labels (RFC 8616 section 4).
std::string ascii_helo(const std::string& helo) {
  if (text::is_ascii(helo)) return helo;
  const auto name = dns::parse_name(helo, {.underscore = true, .trailing_dot = true});
  return name ? name->ascii() : helo;
}

std::string quoted(const std::string& text) {
  return '"' + spf::shown(text) + '"';
}

} // namespace

spf::Ip to_spf(const net::Address& address) {
  spf::Ip ip{.v6 = !address.is_v4()};
  const auto& bytes = address.bytes();
  std::copy(bytes.begin() + (ip.v6 ? 0 : 12), bytes.end(), ip.bytes.begin());
  return ip;
}

Check::Check(resolver::Resolver& resolver, const Request& request, SteadyTime deadline)
    : resolver_(resolver), request_(request), deadline_(deadline), ip_(to_spf(request.ip)) {}

async::Task<Outcome> Check::run() {
  outcome_.identity = request_.sender.identity;
  outcome_.domain = request_.domain.empty() ? request_.sender.domain : request_.domain;
  // RFC 7208 section 4.3: a name of one label has none either.
  if (outcome_.domain.label_count() < 2) {
    const auto& text = outcome_.domain.empty() ? request_.sender.text : outcome_.domain.ascii();
    outcome_.problem = fmt::format("{} is no domain name that could have a policy", quoted(text));
    co_return std::move(outcome_);
  }
  auto decision = co_await check_host(outcome_.domain);
  outcome_.verdict = decision.verdict;
  outcome_.problem = decision.problem;
  outcome_.reason = decision.reason;
  outcome_.record = record_;
  outcome_.steps = decision.steps;
  if (!decision.steps.empty()) outcome_.mechanism = decision.steps.front().mechanism;
  if (decision.steps.empty() && decision.verdict == Verdict::neutral)
    outcome_.mechanism = "default";
  outcome_.authentic = authentic_ && outcome_.queries > 0;
  if (decision.verdict == Verdict::fail) co_await explain(std::move(decision));
  co_return std::move(outcome_);
}

// RFC 7208 sections 4.3 to 4.6.
async::Task<Check::Decision> Check::check_host(dns::Name domain) {
  ++outcome_.queries;
  auto found = co_await lookup(resolver_, domain, deadline_);
  if (!found) {
    auto& problem = found.error();
    note(problem.authentic);
    if (record_.empty()) record_ = problem.record;
    co_return Decision{.verdict = problem.verdict, .problem = problem.text, .domain = domain};
  }
  note(found->authentic);
  if (record_.empty()) record_ = found->text;
  co_return co_await evaluate(domain, std::move(found->record));
}

async::Task<Check::Decision> Check::evaluate(dns::Name domain, spf::Record record) {
  for (const auto& directive : record.directives) {
    auto tried = co_await match(domain, directive);
    const Step step{.domain = domain, .mechanism = directive.text};
    if (!tried) {
      auto& trouble = tried.error();
      co_return Decision{.verdict = trouble.verdict,
                         .problem = std::move(trouble.text),
                         .steps = {step},
                         .domain = domain};
    }
    if (!tried->matches) continue;
    Decision decision{.verdict = directive.verdict,
                      .reason = std::move(tried->reason),
                      .steps = {step},
                      .domain = domain,
                      .explanation = record.explanation};
    std::ranges::move(tried->steps, std::back_inserter(decision.steps));
    co_return decision;
  }
  if (record.redirect) co_return co_await redirect(domain, std::move(record));
  // RFC 7208 section 4.7.
  co_return Decision{.verdict = Verdict::neutral, .domain = domain};
}

// RFC 7208 section 6.1: as if it had been asked for; the explanation is that of the other record.
async::Task<Check::Decision> Check::redirect(dns::Name domain, spf::Record record) {
  const Step step{.domain = domain, .mechanism = "redirect=" + record.redirect->text};
  const auto failed = [&](Trouble trouble) {
    return Decision{.verdict = trouble.verdict,
                    .problem = std::move(trouble.text),
                    .steps = {step},
                    .domain = domain};
  };
  if (auto counted = count_term(); !counted) co_return failed(std::move(counted).error());
  auto name = co_await target(domain, *record.redirect);
  if (!name) co_return failed(std::move(name).error());
  if (!*name || (*name)->label_count() < 2)
    co_return failed({Verdict::permerror, "the target of the redirect is no domain name"});
  auto decision = co_await check_host(**name);
  if (decision.verdict == Verdict::none)
    co_return failed({Verdict::permerror, "redirect: " + decision.problem});
  co_return decision;
}

// RFC 7208 section 6.2: whatever is wrong with it, there is none then. It counts for nothing.
async::Task<> Check::explain(Decision decision) {
  if (!decision.explanation) co_return;
  const auto terms = std::exchange(outcome_.terms, 0);
  auto name = co_await target(decision.domain, *decision.explanation);
  outcome_.terms = terms;
  if (!name || !*name) co_return;
  ++outcome_.queries;
  auto texts = co_await resolver::lookup_txt(resolver_, **name, deadline_);
  if (!texts || texts->values.size() != 1) co_return;
  const auto macros = spf::parse_macros(texts->values.front(), spf::MacroPlace::explanation);
  if (!macros) co_return;
  auto all = co_await values(decision.domain, macros->uses('p'));
  outcome_.explanation = spf::expand_explanation(*macros, all).value_or("");
}

async::Task<Check::Tried<std::optional<dns::Name>>> Check::target(dns::Name domain,
                                                                  spf::MacroString macros) {
  if (macros.empty()) co_return domain;
  if (macros.uses('p')) {
    if (auto counted = count_term(); !counted) co_return std::unexpected(counted.error());
  }
  // RFC 8616 section 4: such a localpart is in no name.
  if (!text::is_ascii(request_.sender.local) && (macros.uses('s') || macros.uses('l')))
    co_return std::nullopt;
  auto all = co_await values(domain, macros.uses('p'));
  const auto text = spf::expand_target(macros, all);
  if (!text::is_ascii(text)) co_return std::nullopt;
  auto name = dns::parse_name(text, {.any_printable = true});
  if (!name) co_return std::nullopt;
  co_return *std::move(name);
}

async::Task<spf::MacroValues> Check::values(dns::Name domain, bool with_validated_name) {
  if (with_validated_name) co_await validate_names();
  const auto& origin = request_.sender.domain.empty() ? outcome_.domain : request_.sender.domain;
  co_return spf::MacroValues{
      .local = request_.sender.local,
      .origin = origin.ascii(),
      .domain = domain.ascii(),
      .ip = ip_,
      .validated = with_validated_name ? validated_name(domain) : std::string(),
      .helo = ascii_helo(request_.helo),
      .receiver = request_.receiver.empty() ? "unknown" : request_.receiver.ascii(),
      .time = unix_seconds(request_.time)};
}

// A name that cannot be asked for is skipped, and so are those beyond the limit. What is not there
// does not count as a void look-up: whose names these are is not the domain that is checked, and a
// client could turn a fail into an error by them.
async::Task<> Check::validate_names() {
  if (validated_) co_return;
  validated_.emplace();
  ++outcome_.queries;
  auto names = co_await resolver::lookup_ptr(resolver_, request_.ip, deadline_);
  note(names ? names->authentic : names.error().authentic);
  if (!names) co_return;
  const auto count = std::min(names->values.size(), request_.limits.ptr_names);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& name = names->values[i];
    auto found = co_await addresses(name);
    if (found && std::ranges::find(*found, request_.ip) != found->end())
      validated_->push_back(name);
  }
}

// RFC 7208 section 7.3: the domain itself, else one below it, else any.
std::string Check::validated_name(const dns::Name& domain) const {
  if (!validated_ || validated_->empty()) return "unknown";
  for (const auto& name : *validated_)
    if (name == domain) return name.ascii();
  for (const auto& name : *validated_)
    if (name.is_below(domain)) return name.ascii();
  return validated_->front().ascii();
}

Check::Tried<void> Check::count_term() {
  if (++outcome_.terms <= request_.limits.terms) return {};
  return std::unexpected(
      Trouble{Verdict::permerror, fmt::format("more than {} terms that ask the DNS (RFC 7208 "
                                              "section 4.6.4)",
                                              request_.limits.terms)});
}

Check::Tried<void> Check::count_void() {
  if (++outcome_.void_lookups <= request_.limits.void_lookups) return {};
  return std::unexpected(
      Trouble{Verdict::permerror, fmt::format("more than {} look-ups that find nothing (RFC 7208 "
                                              "section 4.6.4)",
                                              request_.limits.void_lookups)});
}

Check::Tried<void> Check::absent_or_trouble(const resolver::Failure& failure) {
  if (failure.absent()) return count_void();
  if (failure.problem == resolver::Problem::unsupported) return {};
  return std::unexpected(Trouble{Verdict::temperror, failure.text});
}

void Check::note(bool authentic) {
  authentic_ &= authentic;
}

} // namespace mox::spfverify
