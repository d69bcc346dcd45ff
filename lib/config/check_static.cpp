#include "config/check.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <string_view>

namespace mox::config {

namespace {

// A service as far as what is beside it matters.
struct Service {
  std::string_view name;
  bool enabled;
  bool needs_tls;
  std::uint16_t port;
  std::string_view without_tls; // the field that allows it to go without, if there is one
};

std::array<Service, 6> services_of(const Listener& listener) {
  constexpr std::string_view never = "";
  const auto with_starttls = [](std::string_view name, const StarttlsListener& service) {
    return Service{name, service.enabled, !service.no_require_starttls, service.port,
                   "no-require-starttls"};
  };
  const auto& smtp = listener.smtp;
  const auto& metrics = listener.metrics_http;
  return {{
      {"smtp", smtp.enabled, !smtp.no_starttls, smtp.port, "no-starttls"},
      with_starttls("submission", listener.submission),
      {"submissions", listener.submissions.enabled, true, listener.submissions.port, never},
      with_starttls("imap", listener.imap),
      {"imaps", listener.imaps.enabled, true, listener.imaps.port, never},
      {"metrics-http", metrics.enabled, false, metrics.port, never},
  }};
}

class StaticCheck {
public:
  explicit StaticCheck(Findings& findings) : findings_(findings) {}

  void check(const std::string& name, const Listener& listener) {
    check_addresses({"listeners", name, "ips"}, listener.ips);
    check_addresses({"listeners", name, "nat-ips"}, listener.nat_ips);
    check_public({"listeners", name, "nat-ips"}, listener.nat_ips);
    if (listener.tls && listener.tls->key_certs.empty())
      findings_.add({"listeners", name, "tls"},
                    fmt::format("needs a certificate: add a table "
                                "[[listeners.{}.tls.key-certs]] with cert-file and key-file",
                                field_name(Way{name})));
    for (const auto& service : services_of(listener)) {
      if (!service.enabled) continue;
      if (service.needs_tls && !listener.tls) needs_tls(name, service);
      check_port(name, listener, service);
    }
  }

private:
  void check_addresses(const Way& way, const std::vector<net::Address>& addresses) {
    std::set<net::Address> seen;
    for (std::size_t i = 0; i < addresses.size(); ++i)
      if (!seen.insert(addresses[i]).second)
        findings_.add(item(way, i), fmt::format("{} stands twice", addresses[i].to_string()));
  }

  void check_public(const Way& way, const std::vector<net::Address>& addresses) {
    for (std::size_t i = 0; i < addresses.size(); ++i)
      if (addresses[i].is_loopback() || addresses[i].is_unspecified())
        findings_.add(item(way, i), fmt::format("{} cannot be a public address of this host",
                                                addresses[i].to_string()));
  }

  void needs_tls(const std::string& name, const Service& service) {
    auto text = fmt::format("needs TLS: add a table [listeners.{}.tls] with a certificate",
                            field_name(Way{name}));
    if (!service.without_tls.empty())
      text += fmt::format(", or set {} = true to go without", service.without_tls);
    findings_.add({"listeners", name, std::string(service.name)}, std::move(text));
  }

  void check_port(const std::string& name, const Listener& listener, const Service& service) {
    for (const auto& address : std::set(listener.ips.begin(), listener.ips.end())) {
      const Way way = {"listeners", name, std::string(service.name)};
      const auto [other, is_new] = ports_.emplace(net::Endpoint{address, service.port}, way);
      if (!is_new)
        findings_.add(way, fmt::format("{} is used by {} already",
                                       net::Endpoint{address, service.port}.to_string(),
                                       field_name(other->second)));
    }
  }

  static Way item(Way way, std::size_t number) {
    way.push_back(std::to_string(number));
    return way;
  }

  Findings& findings_;
  std::map<net::Endpoint, Way> ports_;
};

} // namespace

void check(const Static& config, Findings& findings) {
  StaticCheck check(findings);
  for (const auto& [name, listener] : config.listeners) check.check(name, listener);
  std::set<std::string_view> mailboxes;
  const auto& initial = config.initial_mailboxes;
  const auto& use = initial.special_use;
  const std::array<std::pair<std::string, std::string_view>, 5> special = {
      {{"sent", use.sent},
       {"archive", use.archive},
       {"trash", use.trash},
       {"draft", use.draft},
       {"junk", use.junk}}};
  for (const auto& [field, name] : special)
    if (!name.empty() && !mailboxes.insert(name).second)
      findings.add({"initial-mailboxes", "special-use", field},
                   fmt::format("{:?} has another use already", name));
  for (std::size_t i = 0; i < initial.regular.size(); ++i)
    if (!mailboxes.insert(initial.regular[i]).second)
      findings.add({"initial-mailboxes", "regular", std::to_string(i)},
                   fmt::format("{:?} is made already", initial.regular[i]));
}

} // namespace mox::config
