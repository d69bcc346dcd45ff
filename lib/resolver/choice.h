// Whom to ask, as people write it: "system", "validating", "validating@192.0.2.1:53" or
// "192.0.2.1:53".
#pragma once

#include "async/task.h"
#include "dns/anchor.h"
#include "net/endpoint.h"
#include "resolver/resolver.h"
#include "result/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace mox::resolver {

struct Choice {
  enum class How : std::uint8_t {
    system,     // the name servers of /etc/resolv.conf
    validating, // the zones' own, or by way of `server`; DNSSEC is proven here
    server,     // `server`, whose word on DNSSEC counts when it is on this machine
  };

  How how = How::system;
  std::optional<net::Endpoint> server;
};

// ErrorKind::invalid; the text says what it may be.
Result<Choice> parse_choice(std::string_view text);

// Made whole, with clock, randomness and cache of its own. It may be asked on all threads; `home`
// is where a validating one waits for answers. `anchors` and `anchor_state` are as in
// ValidatingResolver::Options, and for such a one alone.
Result<std::unique_ptr<Resolver>> make(const Choice& choice, const async::Executor& home,
                                       std::vector<dns::Anchor> anchors = {},
                                       std::filesystem::path anchor_state = {});

// What the system knows of the root's keys, or what we do. Reads a file.
std::vector<dns::Anchor> system_anchors();

} // namespace mox::resolver
