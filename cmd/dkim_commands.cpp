// The part of the list about DKIM and ARC.
#include "commands.h"
#include "resolving.h"

#include <algorithm>
#include <iterator>

namespace mox::cmd {

namespace {

using enum cli::Kind;

const cli::Option json_option{.name = "--json", .help = "print JSON"};

const cli::Option now_option{.name = "--now",
                             .value = "SECONDS",
                             .help = "the time to go by, in seconds since 1970, to repeat a check",
                             .kind = integer};

const cli::Argument message_argument{
    .name = "FILE",
    .help = "the message, or - for standard input, which is the default",
    .kind = path,
    .required = false};

std::vector<cli::Option> with_resolver(std::vector<cli::Option> options) {
  std::ranges::move(resolver_options(), std::back_inserter(options));
  return options;
}

std::vector<cli::Option> with_key(std::vector<cli::Option> options) {
  options.insert(
      options.begin(),
      {{.name = "--key", .value = "FILE", .help = "the private key, in PEM", .kind = path},
       {.name = "--selector",
        .value = "S",
        .help = "the selector under which the DNS has the key",
        .kind = text},
       {.name = "--domain",
        .value = "D",
        .help = "the domain that signs",
        .kind = cli::Kind::domain}});
  return options;
}

cli::Command sign_command() {
  return {
      .words = "dkim sign",
      .summary = "sign a message",
      .text =
          "Prints the message with its DKIM-Signature headers before it. It is signed as "
          "domains.toml says for the domain of its From header, with each selector in \"sign\"; "
          "or with the key that --key, --selector and --domain name, relaxed/relaxed and "
          "without an end. The message must have one From header with one address.\n"
          "\n"
          "Each header is signed once more than the message has it, so that nobody can add "
          "another.\n"
          "\n"
          "A message whose lines end in LF is signed as if they ended in CRLF, as they will "
          "when it is sent, and printed with LF.",
      .arguments = {message_argument},
      .options = with_key(
          {{.name = "--canonicalization",
            .value = "FORMS",
            .help = "of header and body: simple or relaxed, as in "
                    "relaxed/simple",
            .kind = text},
           {.name = "--headers",
            .value = "NAMES",
            .help = "the headers to sign, with colons or commas; From must be "
                    "one",
            .kind = text},
           {.name = "--no-seal", .help = "let others add headers of the names that are signed"},
           {.name = "--expiration",
            .value = "TIME",
            .help = "how long the signature is good, such as 72h",
            .kind = text},
           {.name = "--headers-only", .help = "print the new headers, without the message"},
           now_option}),
      .run = dkim_sign};
}

cli::Command verify_command() {
  return {
      .words = "dkim verify",
      .summary = "verify the signatures of a message",
      .text =
          "Looks up the keys of the DKIM signatures of a message and verifies them. For each it "
          "prints lines: the status, which is pass, fail, policy, neutral, temperror, permerror, "
          "or none for a domain that only tests; domain, selector, identity, algorithm, size of "
          "the key, and why it does not pass; what is signed; whether DNSSEC proves the key.\n"
          "\n"
          "Status policy is that of a signature that is right and not good enough: it covers a "
          "part of the body only (l=), or not the Subject, it is by SHA-1, or the message does "
          "not have one From header. Ten signatures are looked at, from the top.\n"
          "\n"
          "Exits with 0 when a signature passes, 3 when none does and a key could not be looked "
          "up, else 1.",
      .arguments = {message_argument},
      .options = with_resolver({json_option, now_option}),
      .run = asking<dkim_verify>};
}

} // namespace

std::vector<cli::Command> dkim_commands() {
  return {
      {.words = "dkim",
       .summary = "sign and verify messages, make keys",
       .text = "DKIM: a domain signs its messages, and has the key to verify them in the DNS."},
      {.words = "dkim gened25519",
       .summary = "make an Ed25519 key",
       .text = "Prints a new private key in PEM (PKCS #8). Many receivers do not know Ed25519 yet: "
               "sign with an RSA key as well.",
       .run = dkim_gened25519},
      {.words = "dkim genrsa",
       .summary = "make an RSA key",
       .text = "Prints a new private key in PEM (PKCS #8).",
       .options = {{.name = "--bits",
                    .value = "N",
                    .help = "size of the key; larger ones than 2048 are refused by some",
                    .kind = integer,
                    .default_value = "2048"}},
       .run = dkim_genrsa},
      {.words = "dkim lookup",
       .summary = "look up the key of a selector",
       .text =
           "Prints the key record of a selector and what it says. Exits with 1 when there is no "
           "record that can be used, and with 3 when the DNS cannot be asked for it now.",
       .arguments = {{.name = "SELECTOR", .help = "the selector", .kind = text},
                     {.name = "DOMAIN", .help = "the domain that signs", .kind = domain}},
       .options = with_resolver({json_option}),
       .run = asking<dkim_lookup>},
      sign_command(),
      {.words = "dkim txt",
       .summary = "print the record for a key",
       .text = "Reads a private or public key in PEM and prints the TXT record for the DNS, in "
               "strings of 100 characters as a zone file has them. Forms of web sites mostly want "
               "it as one string.",
       .arguments = {{.name = "FILE",
                      .help = "the key, or - for standard input, which is the default",
                      .kind = path,
                      .required = false}},
       .options = {{.name = "--one-string", .help = "print one string, without quotes"},
                   json_option},
       .run = dkim_txt},
      verify_command(),
      {.words = "arc",
       .summary = "verify and seal chains of forwarded messages",
       .text = "ARC: who passes a message on seals what it found out about it."},
      {.words = "arc seal",
       .summary = "add a seal to a message",
       .text = "Verifies the ARC chain of a message and prints the message with one set of headers "
               "more. They hold the Authentication-Results that the message has from the server of "
               "--authserv-id. Nothing is added to a chain that another has failed.\n"
               "\n"
               "Exits with 3, without printing the message, when the chain cannot be judged now.",
       .arguments = {message_argument},
       .options = with_resolver(
           with_key({{.name = "--authserv-id",
                      .value = "NAME",
                      .help = "whose Authentication-Results go into the seal; the domain when not "
                              "given",
                      .kind = text},
                     {.name = "--headers",
                      .value = "NAMES",
                      .help = "the headers to sign, with colons or commas",
                      .kind = text},
                     now_option})),
       .run = arc_seal},
      {.words = "arc verify",
       .summary = "verify the ARC chain of a message",
       .text =
           "Looks up the keys of an ARC chain and verifies it. Prints the status, which is none, "
           "pass or fail, and why; and for each that passed the message on whether its seal "
           "is right, whether the message is as it was there, and what it had found out. "
           "oldest-pass is the first since which the message was not changed, 0 when it never "
           "was.\n"
           "\n"
           "Exits with 0 for pass, 3 when a key could not be looked up, else 1.",
       .arguments = {message_argument},
       .options = with_resolver({json_option, now_option}),
       .run = asking<arc_verify>},
  };
}

} // namespace mox::cmd
