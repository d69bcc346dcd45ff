// links: sasl text
// The client's side against a server that is half honest: lines of the input are its challenges,
// and
// "!" stands for what a right one would say. With SCRAM only a server that was honest throughout
// has proven itself.
#include "sasl/client.h"
#include "sasl/mechanism.h"
#include "sasl/scram_message.h"
#include "sasl/scram_verifier.h"
#include "support/fake_random.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

using namespace mox;

namespace {

constexpr std::array<std::string_view, 6> names = {
    "SCRAM-SHA-256", "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS", "CRAM-MD5", "PLAIN", "LOGIN"};
constexpr std::string_view password = "pencil";
constexpr std::uint32_t most_iterations = 5000; // more only takes time

void require(bool condition) {
  if (!condition) std::abort();
}

const std::string& stored(sasl::Hash hash) {
  const auto make = [](sasl::Hash how) {
    return to_string(sasl::make_scram_verifier(how, password, "0123456789abcdef", 4096));
  };
  static const std::string sha1 = make(sasl::Hash::sha1);
  static const std::string sha256 = make(sasl::Hash::sha256);
  return hash == sasl::Hash::sha1 ? sha1 : sha256;
}

class Exchange {
public:
  explicit Exchange(std::string_view name)
      : scram_(name.starts_with("SCRAM")), sha1_(name == "SCRAM-SHA-1") {
    const sasl::ChannelBindings bindings{.tls_exporter = "exported"};
    const sasl::Choice choice{.mechanism = name, .plus_offered = true};
    server_ = sasl::make_mechanism(
        name, {.bindings = bindings, .decoy_key = "0123456789abcdef0123456789abcdef"}, random_);
    client_ =
        sasl::make_client(choice, {.user = "user", .password = text::Secret(std::string(password))},
                          bindings, random_)
            .value();
    const auto initial = client_->start().value();
    if (scram_) hear(server_->start(initial));
  }

  void say(std::string_view line) {
    const bool as_honest = line == "!" && honest_;
    const std::string challenge(as_honest ? std::string_view(*honest_) : line);
    if (const auto first = sasl::parse_server_first(challenge);
        first && first->iterations > most_iterations)
      return;
    honest_throughout_ = honest_throughout_ && (as_honest || (honest_ && line == *honest_));
    honest_.reset();
    const bool was_finished = client_->finished();
    const auto response = client_->next(challenge);
    if (was_finished) require(!response.has_value());
    if (!response) require(!response.error().text.empty());
    if (scram_ && client_->finished() && !was_finished) require(honest_throughout_);
    if (response && scram_) hear(server_->next(*response));
  }

private:
  void hear(sasl::Step step) {
    if (std::holds_alternative<sasl::NeedVerifier>(step))
      step = server_->answer("user", stored(sha1_ ? sasl::Hash::sha1 : sasl::Hash::sha256));
    if (auto* challenge = std::get_if<sasl::Challenge>(&step)) honest_ = std::move(challenge->text);
  }

  test::FakeRandom random_;
  bool scram_;
  bool sha1_;
  bool honest_throughout_ = true;
  std::unique_ptr<sasl::Mechanism> server_;
  std::unique_ptr<sasl::Client> client_;
  std::optional<std::string> honest_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string input(data + 1, data + size);
  Exchange exchange(names[data[0] % names.size()]);
  std::string_view left = input;
  for (int i = 0; i < 8; ++i) {
    const auto line = left.substr(0, left.find('\n'));
    exchange.say(line);
    if (line.size() == left.size()) break;
    left.remove_prefix(line.size() + 1);
  }
  return 0;
}
