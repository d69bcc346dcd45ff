// One side of an exchange on standard input and output, a line of base64 for each message:
//
//   sasl_talk server MECHANISM USER PASSWORD
//   sasl_talk client MECHANISM USER PASSWORD
//
// The client writes first, an empty line when the mechanism has no initial response. The server
// knows one user. Exit code 0 when the login has succeeded; else standard error says why not.
#include "random/random.h"
#include "sasl/client.h"
#include "sasl/mechanism.h"
#include "sasl/response.h"
#include "sasl/verifiers.h"
#include "text/base64.h"

#include <csignal>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

using namespace mox;

namespace {

void write(std::string_view message) {
  std::cout << text::base64_encode(message) << std::endl;
}

std::optional<std::string> read() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  const auto message = sasl::decode_response(line);
  if (!message) return std::nullopt;
  return std::string(message->view());
}

int finish(std::string_view problem) {
  if (problem.empty()) return 0;
  std::cerr << problem << std::endl;
  return 1;
}

struct User {
  std::string name;
  std::string password;
};

std::optional<std::string_view> find(const sasl::NeedVerifier& need, const User& user,
                                     const sasl::Verifiers& verifiers) {
  if (need.user != user.name) return std::nullopt;
  switch (need.kind) {
  case sasl::VerifierKind::scram_sha_1: return verifiers.scram_sha_1;
  case sasl::VerifierKind::scram_sha_256: return verifiers.scram_sha_256;
  case sasl::VerifierKind::cram_md5: return verifiers.cram_md5;
  }
  return std::nullopt;
}

int serve(std::string_view mechanism, const User& user) {
  SystemRandom random;
  const auto decoy_key = random.bytes(32);
  const auto verifiers = sasl::make_verifiers(user.password, random);
  const auto server = sasl::make_mechanism(
      mechanism, {.hostname = "mx.example", .client_certificate = true, .decoy_key = decoy_key},
      random);
  if (!verifiers || server == nullptr) return finish("wrong arguments");
  const auto first = read();
  if (!first) return finish("no initial response");
  auto step =
      server->start(first->empty() ? std::nullopt : std::optional<std::string_view>(*first));
  for (;;) {
    if (const auto* need = std::get_if<sasl::NeedVerifier>(&step)) {
      step = server->answer(need->user, find(*need, user, *verifiers));
      continue;
    }
    const auto* challenge = std::get_if<sasl::Challenge>(&step);
    if (challenge == nullptr) break;
    write(challenge->text);
    const auto response = read();
    if (!response) return finish("no response");
    step = server->next(*response);
  }
  if (std::holds_alternative<sasl::Accepted>(step)) return finish("");
  if (const auto* credentials = std::get_if<sasl::Credentials>(&step)) {
    const auto right = sasl::check_password(verifiers->password, credentials->password.view());
    return finish(credentials->user == user.name && right && *right ? "" : "wrong password");
  }
  if (const auto* certificate = std::get_if<sasl::ByCertificate>(&step))
    return finish(certificate->user == user.name ? "" : "another user");
  if (const auto* rejected = std::get_if<sasl::Rejected>(&step);
      rejected != nullptr && !rejected->last_message.empty())
    write(rejected->last_message);
  return finish("refused");
}

int join(std::string_view mechanism, const User& user) {
  SystemRandom random;
  auto client = sasl::make_client(mechanism,
                                  {.user = user.name,
                                   .password = text::Secret(std::string(user.password)),
                                   .has_client_certificate = true},
                                  {}, random);
  if (!client) return finish(client.error().text);
  const auto first = (*client)->start();
  if (!first) return finish(first.error().text);
  write(*first);
  while (!(*client)->finished()) {
    const auto challenge = read();
    if (!challenge) return finish("no challenge");
    const auto response = (*client)->next(*challenge);
    if (!response) return finish(response.error().text);
    write(*response);
  }
  return finish("");
}

} // namespace

int main(int count, char** arguments) {
  std::signal(SIGPIPE, SIG_IGN); // the last line may find nobody
  if (count != 5) return 2;
  const std::string_view side = arguments[1];
  const User user{.name = arguments[3], .password = arguments[4]};
  return side == "server" ? serve(arguments[2], user) : join(arguments[2], user);
}
