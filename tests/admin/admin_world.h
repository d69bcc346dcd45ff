// Two configuration files and a store, and the operations on them as the control socket does them.
#pragma once

#include "accounts/accounts.h"
#include "admin/handler.h"
#include "admin/operation.h"
#include "control/reader.h"
#include "control/run_here.h"
#include "file/file.h"
#include "store/store.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

constexpr std::string_view host_text = R"(data-dir = "data"
hostname = "mx.example.org"
[postmaster]
account = "mjl"
mailbox = "Postmaster"
[listeners.public]
ips = ["127.0.0.1"]
smtp-max-message-size = 1000000
)";

constexpr std::string_view domains_text = R"(# Ours.
[domains."example.org"] # the first
localpart-catchall-separator = "+"
[domains."example.net"]
# Closed for now.
[domains."closed.example"]
disabled = true

# Written by hand.
[accounts.mjl]
domain = "example.org"
[accounts.mjl.destinations."mjl@example.org"]
[accounts.mjl.destinations."mjl@closed.example"]

[accounts.ann]
domain = "example.net"
[accounts.ann.destinations."ann@example.net"]
mailbox = "Post/In"
[accounts.ann.destinations."gone@example.net"]
smtp-error = "550 moved away"

[domains."example.org".aliases.team]
addresses = ["mjl@example.org", "ann@example.net"]
)";

class AdminWorld {
public:
  AdminWorld() {
    REQUIRE(file::replace(host_file(), host_text));
    REQUIRE(file::replace(domains_file(), domains_text));
    store = store::Store::open({.folder = folder / "store", .engine = store::Engine::memory}, clock,
                               random, {})
                .value();
    accounts = std::make_unique<accounts::Accounts>(*store);
    const auto files = admin::Files::beside(host_file());
    auto both = admin::read(files).value();
    REQUIRE(accounts->use(both.host, both.domains));
    configuration = std::make_unique<admin::Configuration>(files, std::move(both), *accounts);
  }

  std::filesystem::path host_file() const { return folder / "mox.toml"; }

  std::filesystem::path domains_file() const { return folder / "domains.toml"; }

  std::string domains() const { return file::read_file(domains_file(), 1 << 20).value(); }

  admin::Place place() {
    return {.store = *store,
            .accounts = *accounts,
            .configuration = *configuration,
            .log = log,
            .clock = clock,
            .random = random};
  }

  struct Answer {
    Result<> result;
    std::string output;
  };

  // As a request through the control socket.
  Answer ask(std::string command, std::vector<std::string> parameters = {},
             std::string_view input = {}) {
    auto all = place();
    const auto handler = admin::handler(all, {.stop = [this] { ++stops; }, .pool = pool});
    control::TextReader reader(input);
    Answer answer;
    const control::Request request{.command = std::move(command),
                                   .parameters = std::move(parameters)};
    answer.result =
        control::run_here(handler, request, &reader, [&](std::string_view bytes) -> Result<> {
          answer.output += bytes;
          return ok();
        });
    return answer;
  }

  // It must work; returns what it printed.
  std::string did(std::string command, std::vector<std::string> parameters = {},
                  std::string_view input = {}) {
    auto answer = ask(std::move(command), std::move(parameters), input);
    INFO((answer.result ? std::string() : answer.result.error().text));
    REQUIRE(answer.result);
    return std::move(answer).output;
  }

  // It must fail; returns why. Nothing may have been printed.
  Error failed(std::string command, std::vector<std::string> parameters = {},
               std::string_view input = {}) {
    auto answer = ask(std::move(command), std::move(parameters), input);
    REQUIRE_FALSE(answer.result);
    CHECK(answer.output.empty());
    return std::move(answer).result.error();
  }

  TemporaryFolder folder;
  FakeClock clock;
  FakeRandom random;
  log::Logger log{-1, log::Format::logfmt, log::Level::error};
  async::Pool pool{1};
  int stops = 0;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<accounts::Accounts> accounts;
  std::unique_ptr<admin::Configuration> configuration;
};

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Whether all lines of `before` are in `text`, in their order.
inline bool keeps(std::string_view text, std::string_view before) {
  for (const auto part : std::views::split(before, '\n')) {
    const std::string_view line(part);
    while (!text.empty() && text.substr(0, text.find('\n')) != line)
      text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (text.empty() && !line.empty()) return false;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return true;
}

} // namespace mox::test
