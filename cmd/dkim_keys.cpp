// Keys of DKIM: making them, and the record that belongs to one.
#include "cli/invocation.h"
#include "commands.h"
#include "dkim.h"
#include "dkim/key.h"
#include "dkim/record.h"
#include "facts.h"
#include "message_input.h"
#include "text/secret.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace mox::cmd {

namespace {

constexpr std::size_t key_limit = 64 << 10;
// RFC 1035 section 3.3.14: a TXT record is strings of at most 255 bytes.
constexpr std::size_t string_size = 100;

Result<int> print_key(const cli::Invocation& invocation, Result<dkim::PrivateKey> key) {
  if (!key) return failure(std::move(key).error());
  const auto pem = key->pem();
  fmt::print(invocation.output(), "{}", pem.view());
  return cli::exit_done;
}

// As zone files have it, for every server's limits.
std::string in_strings(std::string_view text) {
  std::string made;
  for (; !text.empty(); text.remove_prefix(std::min(string_size, text.size())))
    made += fmt::format("{}\"{}\"", made.empty() ? "" : "\n\t", text.substr(0, string_size));
  return made;
}

Result<dkim::PublicKey> public_key_of(std::string_view pem) {
  if (pem.find("PRIVATE KEY-----") == std::string_view::npos) return dkim::parse_public_key(pem);
  MOX_TRY_ASSIGN(key, dkim::parse_private_key(pem));
  return key.public_key();
}

} // namespace

Result<int> dkim_gened25519(const cli::Invocation& invocation) {
  return print_key(invocation, dkim::make_ed25519_key());
}

Result<int> dkim_genrsa(const cli::Invocation& invocation) {
  const auto bits = invocation.integer("--bits").value_or(dkim::usual_rsa);
  if (bits < dkim::smallest_rsa || bits > dkim::largest_rsa)
    return wrong_use(invocation, fmt::format("--bits {}: must be from {} to {}", bits,
                                             dkim::smallest_rsa, dkim::largest_rsa));
  return print_key(invocation, dkim::make_rsa_key(static_cast<int>(bits)));
}

Result<int> dkim_txt(const cli::Invocation& invocation) {
  MOX_TRY_ASSIGN(text, read_message(invocation.argument("FILE"), key_limit));
  const text::Secret pem(std::move(text));
  const auto key = public_key_of(pem.view());
  if (!key)
    return failure(key.error().kind, fmt::format("{}: {}", shown_name(invocation.argument("FILE")),
                                                 key.error().text));
  dkim::Record record;
  record.hashes = {"sha256"};
  record.key_type = to_string(key->type());
  record.flags = {"s"};
  record.public_key = key->bytes();
  const auto whole = to_string(record);
  if (invocation.given("--json")) {
    print(invocation, Facts().add("record", whole).add("key-bits", std::int64_t{key->bits()}));
    return cli::exit_done;
  }
  if (invocation.given("--one-string"))
    fmt::print(invocation.output(), "{}\n", whole);
  else
    fmt::print(invocation.output(), "{}\n", in_strings(whole));
  return cli::exit_done;
}

} // namespace mox::cmd
