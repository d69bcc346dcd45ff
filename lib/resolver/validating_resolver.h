// Asks the name servers of the zones themselves, from the root on, and proves with DNSSEC what they
// say: libunbound, on a thread of its own, with its own cache.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/anchor.h"
#include "resolver/resolver.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace mox::resolver {

class ValidatingResolver final : public Resolver {
public:
  struct Options {
    std::vector<dns::Anchor> anchors; // at least one
    // Ask this server, which asks others, instead of the zones' own; its word is proven all the
    // same. For networks that let no other questions out, and for tests.
    std::optional<net::Endpoint> forward_to;
    // Where to keep what was learnt of new keys of the root (RFC 5011), which then counts instead
    // of `anchors`; they only begin it. Its folder must be writable. Empty: nothing is kept.
    std::filesystem::path anchor_state;
  };

  // `home` is where answers come in; what is asked on other executors is handed on to them. It must
  // run for as long as anything is asked.
  static Result<std::unique_ptr<ValidatingResolver>> make(const Options& options,
                                                          const async::Executor& home);
  // On the thread of `home`, or when that does not run any more; nothing is asked any more. Waits
  // for the thread inside.
  ~ValidatingResolver() override;
  ValidatingResolver(const ValidatingResolver&) = delete;
  ValidatingResolver& operator=(const ValidatingResolver&) = delete;

  // May be called on any thread.
  async::Task<Result<Answer, Failure>> query(dns::Name name, dns::Type type,
                                             SteadyTime deadline) override;

private:
  struct State;
  explicit ValidatingResolver(std::shared_ptr<State> state);

  async::Task<bool> fits_no_anchor(SteadyTime deadline);

  std::shared_ptr<State> state_;
};

// Those of the root that are built in, or those of `file_text`, a file like
// /usr/share/dns/root.key, when it knows a newer key of the root than we do.
std::vector<dns::Anchor> newest_root_anchors(std::string_view file_text);

} // namespace mox::resolver
