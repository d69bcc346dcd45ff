// One run of check_host(): its counters, and what it learnt of the client.
#pragma once

#include "spfverify/verify.h"

#include <optional>

namespace mox::spfverify {

class Check {
public:
  // All must outlive it.
  Check(resolver::Resolver& resolver, const Request& request, SteadyTime deadline);

  async::Task<Outcome> run();

private:
  // What ends the check: temperror or permerror.
  struct Trouble {
    spf::Verdict verdict;
    std::string text;
  };

  template <class T> using Tried = Result<T, Trouble>;

  // Of one record, and those that it includes.
  struct Decision {
    spf::Verdict verdict = spf::Verdict::none;
    std::string problem;
    std::string reason;
    std::vector<Step> steps;
    dns::Name domain; // behind redirects
    std::optional<spf::MacroString> explanation;
  };

  // What a mechanism came to.
  struct Match {
    bool matches = false;
    std::string reason = {};
    std::vector<Step> steps = {}; // of an include
  };

  async::Task<Decision> check_host(dns::Name domain);
  async::Task<Decision> evaluate(dns::Name domain, spf::Record record);
  async::Task<Decision> redirect(dns::Name domain, spf::Record record);
  async::Task<Tried<Match>> match(dns::Name domain, const spf::Directive& directive);
  async::Task<Tried<Match>> match_asking(dns::Name domain, const spf::Directive& directive);
  async::Task<Tried<Match>> match_include(dns::Name target);
  async::Task<Tried<Match>> match_a(dns::Name target, const spf::Directive& directive);
  async::Task<Tried<Match>> match_mx(dns::Name target, const spf::Directive& directive);
  async::Task<Tried<Match>> match_ptr(dns::Name target);
  async::Task<Tried<Match>> match_exists(dns::Name target);
  async::Task<> explain(Decision decision);

  // The name that a domain-spec comes to, or nothing when the DNS cannot have it.
  async::Task<Tried<std::optional<dns::Name>>> target(dns::Name domain, spf::MacroString macros);
  async::Task<spf::MacroValues> values(dns::Name domain, bool with_validated_name);
  // RFC 7208 section 5.5: names of the client that lead back to it. Asked for once.
  async::Task<> validate_names();
  std::string validated_name(const dns::Name& domain) const;

  Tried<void> count_term();
  Tried<void> count_void();
  // Nothing is there, or what is wrong.
  Tried<void> absent_or_trouble(const resolver::Failure& failure);
  // Of the client's family.
  async::Task<Result<std::vector<net::Address>, resolver::Failure>> addresses(dns::Name name);
  bool in_network(const net::Address& address, const spf::Directive& directive) const;
  void note(bool authentic);

  resolver::Resolver& resolver_;
  const Request& request_;
  SteadyTime deadline_;
  spf::Ip ip_;
  std::optional<std::vector<dns::Name>> validated_;
  std::string record_;
  bool authentic_ = true;
  Outcome outcome_;
};

spf::Ip to_spf(const net::Address& address);

} // namespace mox::spfverify
