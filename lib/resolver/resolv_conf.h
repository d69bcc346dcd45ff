// The text of resolv.conf(5): which name servers this machine asks. Pure.
#pragma once

#include "net/endpoint.h"

#include <chrono>
#include <string_view>
#include <vector>

namespace mox::resolver {

struct ResolvConf {
  std::vector<net::Address> servers; // three at most; never empty: 127.0.0.1 when none is named
  bool trust_ad = false;             // what the servers say about DNSSEC is to be believed
  std::chrono::seconds timeout{5};   // for one server's answer; 1 to 30
  int attempts = 2;                  // for each server; 1 to 5
};

// Every text can be read: what is not understood is passed over, as the C library does. Servers
// with a scope (fe80::1%eth0) are passed over too. Lists of domains to search do not matter: all
// names that we ask for are whole.
ResolvConf parse_resolv_conf(std::string_view text);

} // namespace mox::resolver
