// Whether a message is from whom it claims: iprev, SPF and DKIM at the same time, then DMARC.
#pragma once

#include "async/task.h"
#include "dkim/verifier.h"
#include "dmarcverify/verify.h"
#include "dns/name.h"
#include "iprev/iprev.h"
#include "message/field.h"
#include "net/endpoint.h"
#include "spfverify/verify.h"
#include "verification/means.h"

#include <string>
#include <string_view>
#include <vector>

namespace mox::verification {

// Who brings a message, and what is said of its sender.
struct Client {
  net::Address ip;
  std::string helo;      // as EHLO gave it
  std::string mail_from; // "localpart@domain" without quotes; empty for the null path
  dns::Name receiver;    // this host
};

struct Findings {
  iprev::Outcome iprev;
  spfverify::Request spf_request;
  spfverify::Outcome spf;
  std::vector<dkim::Verdict> dkim; // views into the Verification
  dns::Name author;                // empty when there is no one author domain
  std::string author_problem;      // why
  dmarcverify::Verdict dmarc;
};

// One message. Its body is hashed as it comes; nothing of it is kept but the header.
class Verification {
public:
  // `means` outlives it, and is of this thread.
  explicit Verification(Means& means);

  void feed(std::string_view chunk) { verifier_.feed(chunk); }

  // After the last feed(), once. `header` is the message's and outlives the task. Never fails: what
  // could not be found out says so. Takes 20 seconds at most.
  async::Task<Findings> finish(async::Executor executor, Client client, std::string_view header);

private:
  async::Task<> look_up_names(Findings& findings, net::Address ip, SteadyTime deadline);
  async::Task<> verify_spf(Findings& findings, SteadyTime deadline);
  async::Task<> verify_dkim(async::Executor executor, Findings& findings, SteadyTime deadline);
  async::Task<> verify_dmarc(Findings& findings, const message::Fields& header,
                             SteadyTime deadline);

  Means& means_;
  dkim::Verifier verifier_;
};

// The fields Authentication-Results and Received-SPF that say it (RFC 8601, RFC 7208 section 9.1).
// `server` is the name of this host.
std::string fields(const Findings& findings, std::string_view server, bool utf8);

} // namespace mox::verification
