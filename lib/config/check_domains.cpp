#include "config/canonical.h"
#include "config/check.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <unordered_map>

namespace mox::config {

namespace {

// "mjl@example.org" in its canonical form, "@example.org" without a localpart.
std::string lookup_key(const std::optional<address::Localpart>& localpart,
                       const dns::Name& domain) {
  return (localpart ? localpart->value : std::string()) + '@' + domain.ascii();
}

class DomainsCheck {
public:
  DomainsCheck(const Domains& config, const Static& beside, Findings& findings)
      : config_(config), beside_(beside), findings_(findings) {}

  void run() {
    for (const auto& [name, domain] : config_.domains) {
      check_separators(name, domain);
      check_dkim(name, domain.dkim);
    }
    for (const auto& [name, account] : config_.accounts) check_account(name, account);
    for (const auto& [name, domain] : config_.domains)
      for (const auto& [localpart, alias] : domain.aliases)
        check_alias(name, domain, localpart, alias);
    const auto& postmaster = beside_.postmaster.account;
    if (!postmaster.empty() && !config_.accounts.contains(postmaster))
      findings_.add({"accounts"},
                    fmt::format("has no account {:?}, which mox.toml names as postmaster.account",
                                postmaster));
  }

private:
  void check_separators(const dns::Name& name, const Domain& domain) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < domain.localpart_catchall_separators.size(); ++i) {
      const auto& separator = domain.localpart_catchall_separators[i];
      if (!seen.insert(separator).second)
        findings_.add(
            {"domains", name.unicode(), "localpart-catchall-separators", std::to_string(i)},
            fmt::format("{:?} stands twice", separator));
    }
  }

  void check_dkim(const dns::Name& name, const Dkim& dkim) {
    const auto add = [&](Way rest, std::string text) {
      Way way = {"domains", name.unicode(), "dkim"};
      way.insert(way.end(), rest.begin(), rest.end());
      findings_.add(way, std::move(text));
    };
    for (std::size_t i = 0; i < dkim.sign.size(); ++i) {
      const Way way = {"sign", std::to_string(i)};
      if (!dkim.selectors.contains(dkim.sign[i]))
        add(way, fmt::format("{:?} is not one of the selectors above", dkim.sign[i]));
      if (std::ranges::count(dkim.sign.begin(), std::next(dkim.sign.begin(), std::ptrdiff_t(i)),
                             dkim.sign[i]) > 0)
        add(way, fmt::format("{:?} stands twice", dkim.sign[i]));
    }
    for (const auto& [selector, how] : dkim.selectors) check_signed_headers(selector, how, add);
  }

  // RFC 6376 section 5.4: From must be signed. Trace fields change on the way.
  static void check_signed_headers(const std::string& selector, const DkimSelector& how,
                                   const auto& add) {
    if (how.headers.empty()) return;
    const auto is = [](std::string_view wanted) {
      return [wanted](std::string_view header) { return text::iequals(header, wanted); };
    };
    if (std::ranges::none_of(how.headers, is("From")))
      add(Way{"selectors", selector, "headers"}, std::string("must contain \"From\""));
    for (std::size_t i = 0; i < how.headers.size(); ++i)
      for (const std::string_view changing : {"DKIM-Signature", "Received", "Return-Path"})
        if (is(changing)(how.headers[i]))
          add(Way{"selectors", selector, "headers", std::to_string(i)},
              fmt::format("{:?} cannot be signed: it is added and removed on the way",
                          how.headers[i]));
  }

  void check_account(const std::string& name, const Account& account) {
    // Empty when it was wrong in itself.
    if (!account.domain.empty() && !config_.domains.contains(account.domain))
      findings_.add({"accounts", name, "domain"}, unknown(account.domain));
    for (const auto& [key, destination] : account.destinations) check_destination(name, key);
  }

  void check_destination(const std::string& account, const std::string& key) {
    const auto add = [&](std::string text) {
      findings_.add({"accounts", account, "destinations", key}, std::move(text));
    };
    const auto name = parse_destination(key);
    const auto domain = config_.domains.find(name.domain);
    if (domain == config_.domains.end()) return add(unknown(name.domain));
    if (name.localpart && has_separator(*name.localpart, domain->second))
      return add(has_separator_text(name.domain));
    const auto localpart =
        name.localpart ? canonical(*name.localpart, domain->second) : std::nullopt;
    const auto [owner, is_new] =
        owners_.emplace(lookup_key(localpart, name.domain), Owner{account, key});
    if (!is_new)
      add(fmt::format("is the same address as {:?} of the account {:?}", owner->second.key,
                      owner->second.account));
  }

  void check_alias(const dns::Name& name, const Domain& domain, const std::string& key,
                   const Alias& alias) {
    const Way way = {"domains", name.unicode(), "aliases", key};
    const auto localpart = address::parse_localpart(key).value();
    if (has_separator(localpart, domain)) return findings_.add(way, has_separator_text(name));
    const auto address = lookup_key(canonical(localpart, domain), name);
    if (const auto owner = owners_.find(address); owner != owners_.end())
      findings_.add(
          way, fmt::format("is an address of the account {:?} already", owner->second.account));
    if (const auto [other, is_new] = aliases_.emplace(address, key); !is_new)
      findings_.add(way, fmt::format("is the same address as the alias {:?}", other->second));
    check_members(way, alias);
  }

  void check_members(Way way, const Alias& alias) {
    way.emplace_back("addresses");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < alias.addresses.size(); ++i) {
      way.push_back(std::to_string(i));
      check_member(way, alias.addresses[i], seen);
      way.pop_back();
    }
  }

  void check_member(const Way& way, const address::Address& member, std::set<std::string>& seen) {
    const auto domain = config_.domains.find(member.domain);
    if (domain == config_.domains.end()) return findings_.add(way, unknown(member.domain));
    const auto localpart = canonical(member.localpart, domain->second);
    const auto address = localpart ? lookup_key(localpart, member.domain) : std::string();
    if (!owners_.contains(address))
      return findings_.add(way, fmt::format("{:?} is not an address of an account; aliases and "
                                            "other servers' addresses cannot be members",
                                            to_unicode(member)));
    if (!seen.insert(address).second)
      findings_.add(way, fmt::format("{:?} stands twice", to_unicode(member)));
  }

  static std::string unknown(const dns::Name& domain) {
    return fmt::format("{:?} is not a domain of this file: add a table [domains.{}]",
                       domain.unicode(), field_name(Way{domain.unicode()}));
  }

  static std::string has_separator_text(const dns::Name& domain) {
    return fmt::format("has a catchall separator of {:?} in it, so that no mail could reach it",
                       domain.unicode());
  }

  // Where an address stands.
  struct Owner {
    std::string_view account;
    std::string_view key;
  };

  const Domains& config_;
  const Static& beside_;
  Findings& findings_;
  std::unordered_map<std::string, Owner> owners_;
  std::unordered_map<std::string, std::string_view> aliases_;
};

} // namespace

void check(const Domains& config, const Static& beside, Findings& findings) {
  DomainsCheck(config, beside, findings).run();
}

} // namespace mox::config
