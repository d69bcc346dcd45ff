#include "smtpclient/host_plan.h"

#include <utility>

namespace mox::smtpclient {

namespace {

mxpolicy::Sts sts_of(const DeliveryWish& wish) {
  if (!wish.sts) return mxpolicy::Sts::none;
  switch (wish.sts->mode) {
  case mtasts::Mode::none: return mxpolicy::Sts::none;
  case mtasts::Mode::testing: return mxpolicy::Sts::testing;
  case mtasts::Mode::enforce: return mxpolicy::Sts::enforce;
  }
  return mxpolicy::Sts::none;
}

} // namespace

async::Task<HostPlan> plan_host(resolver::Resolver& resolver, const mxlookup::Hosts& hosts,
                                const mxlookup::Host& host, const DeliveryWish& wish,
                                const DeliveryContexts& contexts, SteadyTime deadline) {
  mxpolicy::Situation situation{.sts = sts_of(wish),
                                .sts_matches = wish.sts && mtasts::matches(*wish.sts, host.name),
                                .dane = mxpolicy::Dane::none,
                                .require_tls = wish.require_tls,
                                .never_plaintext = wish.never_plaintext};
  HostPlan plan;
  plan.decision = mxpolicy::decide(situation);
  if (plan.decision.action == mxpolicy::Action::skip) co_return plan;
  auto server = co_await daneverify::find_server(resolver, host.name, deadline);
  if (!server) {
    plan.problem = std::move(server).error();
    co_return plan;
  }
  plan.server = *std::move(server);
  if (wish.require_tls != false)
    plan.records = co_await daneverify::find_smtp_records(resolver, plan.server, wish.port,
                                                          hosts.authentic, deadline);
  situation.dane = plan.records.state;
  plan.decision = mxpolicy::decide(situation);
  if (plan.decision.action != mxpolicy::Action::deliver) co_return plan;
  const DeliveryHost delivery{
      .name = host.name,
      .tlsa_records = plan.records.records,
      .names = daneverify::names_for(plan.records, plan.server, hosts.domain, hosts.expanded)};
  auto tls = delivery_policy(plan.decision, delivery, contexts);
  if (tls) {
    plan.tls = *std::move(tls);
  } else {
    // OpenSSL has no room for another context.
    plan.decision = {.action = mxpolicy::Action::postpone};
    plan.records.text = std::move(tls.error().text);
  }
  co_return plan;
}

} // namespace mox::smtpclient
