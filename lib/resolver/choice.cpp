#include "resolver/choice.h"

#include "clock/clock.h"
#include "file/file.h"
#include "random/random.h"
#include "resolver/cache.h"
#include "resolver/resolv_conf.h"
#include "resolver/stub_resolver.h"
#include "resolver/validating_resolver.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <utility>

namespace mox::resolver {

namespace {

constexpr std::uint16_t dns_port = 53;
constexpr const char* resolv_conf_path = "/etc/resolv.conf";
constexpr const char* root_key_path = "/usr/share/dns/root.key";
constexpr std::size_t resolv_conf_limit = 64 * 1024;
constexpr std::string_view validating = "validating";

// With what it needs.
class StubWithParts final : public Resolver {
public:
  explicit StubWithParts(StubResolver::Options options)
      : cache_(clock_), stub_(std::move(options), random_, cache_) {}

  async::Task<Result<Answer, Failure>> query(dns::Name name, dns::Type type,
                                             SteadyTime deadline) override {
    return stub_.query(std::move(name), type, deadline);
  }

private:
  SystemClock clock_;
  SystemRandom random_;
  Cache cache_;
  StubResolver stub_;
};

std::unique_ptr<Resolver> make_system() {
  // Without the file the C library asks this machine.
  const auto text = file::read_file(resolv_conf_path, resolv_conf_limit).value_or("");
  return std::make_unique<StubWithParts>(options_of(parse_resolv_conf(text)));
}

// "192.0.2.1", "192.0.2.1:53", "2001:db8::1", "[2001:db8::1]:53".
std::optional<net::Endpoint> parse_server(std::string_view text) {
  auto address = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    address = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return std::nullopt;
    if (!rest.empty()) port = rest.substr(1);
  } else if (const auto colon = text.find(':');
             colon != std::string_view::npos && text.find(':', colon + 1) == text.npos) {
    address = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  const auto parsed = net::Address::parse(address);
  if (!parsed) return std::nullopt;
  if (!port) return net::Endpoint{*parsed, dns_port};
  const auto number = text::parse_number<std::uint16_t>(*port);
  if (!number || *number == 0) return std::nullopt;
  return net::Endpoint{*parsed, *number};
}

} // namespace

Result<Choice> parse_choice(std::string_view text) {
  if (text == "system") return Choice{.how = Choice::How::system};
  if (text == validating) return Choice{.how = Choice::How::validating};
  auto rest = text;
  const bool proven = rest.starts_with(validating) && rest.substr(validating.size())[0] == '@';
  if (proven) rest.remove_prefix(validating.size() + 1);
  auto server = parse_server(rest);
  if (!server)
    return failure(ErrorKind::invalid, "it must be system, validating, validating@ADDRESS[:PORT] "
                                       "or ADDRESS[:PORT]");
  return Choice{.how = proven ? Choice::How::validating : Choice::How::server, .server = server};
}

Result<std::unique_ptr<Resolver>> make(const Choice& choice, const async::Executor& home,
                                       std::vector<dns::Anchor> anchors,
                                       std::filesystem::path anchor_state) {
  switch (choice.how) {
  case Choice::How::system: return make_system();
  case Choice::How::server:
    return std::make_unique<StubWithParts>(
        StubResolver::Options{.servers = {{.endpoint = choice.server.value()}}});
  case Choice::How::validating: break;
  }
  return ValidatingResolver::make({.anchors = std::move(anchors),
                                   .forward_to = choice.server,
                                   .anchor_state = std::move(anchor_state)},
                                  home);
}

std::vector<dns::Anchor> system_anchors() {
  return newest_root_anchors(file::read_file(root_key_path, dns::anchor_text_limit).value_or(""));
}

} // namespace mox::resolver
