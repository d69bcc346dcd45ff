#include "resolver/validating_resolver.h"

#include "dns/packet.h"
#include "dns/zone_text.h"
#include "resolver/response.h"
#include "resolver/unbound_context.h"
#include "text/ascii.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace mox::resolver {

namespace {

constexpr int dnskey_type = 48;

std::string printable(const char* text) {
  std::string result(text == nullptr ? "" : text);
  for (auto& c : result)
    if (!text::is_printable(c)) c = '?';
  return result;
}

// A proven answer is authentic whatever the packet says; nothing else is.
Outcome read(const ub_result& result, const dns::Question& question) {
  const std::string_view packet(static_cast<const char*>(result.answer_packet),
                                result.answer_packet == nullptr
                                    ? 0
                                    : static_cast<std::size_t>(std::max(result.answer_len, 0)));
  auto response = dns::parse_trusted_response(packet, question);
  if (!response || response->truncated) {
    constexpr int servfail = 2;
    const bool failed_server = result.rcode == servfail;
    return failure(failed(failed_server ? Problem::servfail : Problem::malformed, question.name,
                          question.type));
  }
  response->authentic = result.secure != 0;
  return outcome_of(*std::move(response), question, true);
}

} // namespace

struct ValidatingResolver::State {
  std::shared_ptr<UnboundContext> context;
  std::set<dns::Name> anchored; // zones with a trust anchor
};

ValidatingResolver::ValidatingResolver(std::shared_ptr<State> state) : state_(std::move(state)) {}

ValidatingResolver::~ValidatingResolver() {
  state_->context->close();
}

Result<std::unique_ptr<ValidatingResolver>> ValidatingResolver::make(const Options& options,
                                                                     const async::Executor& home) {
  if (options.anchors.empty()) throw std::logic_error("no trust anchor");
  MOX_TRY_ASSIGN(context, UnboundContext::make(options, home));
  auto state = std::make_shared<State>();
  state->context = std::move(context);
  std::ranges::transform(options.anchors, std::inserter(state->anchored, state->anchored.end()),
                         &dns::Anchor::zone);
  return std::unique_ptr<ValidatingResolver>(new ValidatingResolver(std::move(state)));
}

async::Task<Outcome> ValidatingResolver::query(dns::Name name, dns::Type type,
                                               SteadyTime deadline) {
  const dns::Question question{name, type};
  const auto problem = [&](Problem which, std::string_view detail) {
    return failure(failed(which, question.name, question.type, detail));
  };
  if (std::chrono::steady_clock::now() >= deadline) co_return problem(Problem::timeout, {});
  const auto result = co_await state_->context->resolve(
      dns::zone_text(name), static_cast<int>(std::to_underlying(type)), deadline);
  if (!result) {
    const bool late = result.error().kind == ErrorKind::timeout;
    co_return late ? problem(Problem::timeout, {})
                   : problem(Problem::servfail, result.error().text);
  }
  const auto& found = **result;
  if (found.bogus != 0) {
    const auto why = printable(found.why_bogus);
    const bool no_anchor = co_await fits_no_anchor(deadline);
    co_return problem(no_anchor ? Problem::no_anchor : Problem::bogus, why);
  }
  co_return read(found, question);
}

// A key of an anchored zone that is not genuine: then nothing can be proven, and it is not the
// fault of who was asked for.
async::Task<bool> ValidatingResolver::fits_no_anchor(SteadyTime deadline) {
  for (const auto& zone : state_->anchored) {
    const auto keys =
        co_await state_->context->resolve(dns::zone_text(zone), dnskey_type, deadline);
    if (keys && (*keys)->bogus != 0) co_return true;
  }
  co_return false;
}

std::vector<dns::Anchor> newest_root_anchors(std::string_view file_text) {
  const auto& built_in = dns::root_anchors();
  const auto parsed = dns::parse_anchors(file_text);
  if (!parsed) return built_in;
  std::vector<dns::Anchor> of_root;
  std::ranges::copy_if(*parsed, std::back_inserter(of_root),
                       [](const auto& anchor) { return anchor.zone.empty(); });
  const bool newer = std::ranges::any_of(of_root, [&](const auto& anchor) {
    return std::ranges::find(built_in, anchor.key_tag, &dns::Anchor::key_tag) == built_in.end();
  });
  return newer ? of_root : built_in;
}

} // namespace mox::resolver
