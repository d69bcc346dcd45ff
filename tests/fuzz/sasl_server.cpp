// links: sasl text
// The server's side against a client that is half honest: lines of the input are its messages, and
// "!" stands for what a right one would say. Nobody gets in by a mechanism with a proof but who was
// honest throughout and is in the store.
#include "sasl/client.h"
#include "sasl/cram_md5.h"
#include "sasl/mechanism.h"
#include "sasl/scram_verifier.h"
#include "support/fake_random.h"
#include "text/utf8.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

using namespace mox;

namespace {

constexpr std::array<std::string_view, 8> names = {"SCRAM-SHA-256",
                                                   "SCRAM-SHA-1",
                                                   "SCRAM-SHA-256-PLUS",
                                                   "SCRAM-SHA-1-PLUS",
                                                   "CRAM-MD5",
                                                   "EXTERNAL",
                                                   "PLAIN",
                                                   "LOGIN"};
constexpr std::string_view password = "pencil";

void require(bool condition) {
  if (!condition) std::abort();
}

struct Stored {
  std::string scram_sha_1;
  std::string scram_sha_256;
  std::string cram_md5;
};

const Stored& stored() {
  static const Stored made{.scram_sha_1 = to_string(sasl::make_scram_verifier(
                               sasl::Hash::sha1, password, "0123456789abcdef", 4096)),
                           .scram_sha_256 = to_string(sasl::make_scram_verifier(
                               sasl::Hash::sha256, password, "0123456789abcdef", 4096)),
                           .cram_md5 = to_string(sasl::make_cram_md5_verifier(password))};
  return made;
}

const std::string& find(sasl::VerifierKind kind) {
  switch (kind) {
  case sasl::VerifierKind::scram_sha_1: return stored().scram_sha_1;
  case sasl::VerifierKind::scram_sha_256: return stored().scram_sha_256;
  case sasl::VerifierKind::cram_md5: break;
  }
  return stored().cram_md5;
}

class Exchange {
public:
  Exchange(std::string_view name, bool known) : known_(known) {
    const sasl::ChannelBindings bindings{.tls_exporter = "exported"};
    const sasl::Choice choice{.mechanism = name, .plus_offered = true};
    server_ = sasl::make_mechanism(name,
                                   {.hostname = "mx.example",
                                    .bindings = bindings,
                                    .client_certificate = true,
                                    .decoy_key = "0123456789abcdef0123456789abcdef"},
                                   random_);
    client_ = sasl::make_client(choice,
                                {.user = "user",
                                 .password = text::Secret(std::string(password)),
                                 .has_client_certificate = true},
                                bindings, random_)
                  .value();
    const auto initial = client_->start().value();
    step_ = server_->start(std::nullopt);
    honest_ = initial;
    if (const auto* asked = std::get_if<sasl::Challenge>(&step_); !asked->text.empty())
      honest_ = client_->next(asked->text).value();
  }

  void say(std::string_view line) {
    const bool over = is_over();
    const bool as_honest = line == "!" && honest_;
    const std::string message(as_honest ? std::string_view(*honest_) : line);
    honest_throughout_ = honest_throughout_ && (as_honest || (honest_ && line == *honest_));
    honest_.reset();
    step_ = server_->next(message);
    if (over) require(std::get<sasl::Refusal>(step_) == sasl::Refusal::out_of_order);
    if (const auto* need = std::get_if<sasl::NeedVerifier>(&step_)) {
      require(!need->user.empty() && text::nfc(need->user) == need->user);
      const bool found = known_ && need->user == "user";
      step_ = server_->answer(need->user, found ? std::optional<std::string_view>(find(need->kind))
                                                : std::nullopt);
      require(!std::holds_alternative<sasl::Refusal>(step_));
    }
    if (const auto* accepted = std::get_if<sasl::Accepted>(&step_))
      require(accepted->user == "user" && known_ && honest_throughout_);
    if (const auto* rejected = std::get_if<sasl::Rejected>(&step_))
      require(rejected->why != sasl::Rejection::corrupt_verifier);
    if (const auto* asked = std::get_if<sasl::Challenge>(&step_))
      if (auto response = client_->next(asked->text)) honest_ = *std::move(response);
  }

private:
  bool is_over() const { return !std::holds_alternative<sasl::Challenge>(step_); }

  test::FakeRandom random_;
  bool known_;
  bool honest_throughout_ = true;
  std::unique_ptr<sasl::Mechanism> server_;
  std::unique_ptr<sasl::Client> client_;
  std::optional<std::string> honest_;
  sasl::Step step_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string input(data + 1, data + size);
  Exchange exchange(names[data[0] % names.size()], data[0] < 128);
  std::string_view left = input;
  for (int i = 0; i < 8; ++i) {
    const auto line = left.substr(0, left.find('\n'));
    exchange.say(line);
    if (line.size() == left.size()) break;
    left.remove_prefix(line.size() + 1);
  }
  return 0;
}
