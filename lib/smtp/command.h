// The commands of an SMTP client (RFC 5321 section 4.1 and extensions), one struct each. Pure.
#pragma once

#include "smtp/path.h"
#include "smtp/reply.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mox::smtp {

struct Hello {
  bool extended = false; // EHLO
  // A domain, or an address literal with its brackets, as sent. Empty only with
  // CommandOptions::submission, when what was sent is neither.
  std::string name;
  bool operator==(const Hello&) const = default;

  bool is_literal() const { return !name.empty() && name.front() == '['; }
};

struct StartTls {
  bool operator==(const StartTls&) const = default;
};

struct Auth {                         // RFC 4954
  std::string mechanism;              // upper case
  std::optional<std::string> initial; // base64 as sent; "=" is an empty response
  bool operator==(const Auth&) const = default;
};

enum class Body : std::uint8_t { seven_bit, eight_bit_mime, binary_mime };

struct Mail {
  Path from;                         // may be null
  std::optional<std::uint64_t> size; // RFC 1870
  std::optional<Body> body;          // RFC 6152, RFC 3030
  std::optional<std::string> auth;   // RFC 4954 section 5, xtext decoded; "<>" for unknown
  bool smtputf8 = false;             // RFC 6531
  bool require_tls = false;          // RFC 8689
  // RFC 4865; at most one of the two.
  std::optional<std::chrono::seconds> hold_for;
  std::optional<std::chrono::sys_seconds> hold_until;
  bool operator==(const Mail&) const = default;
};

struct Rcpt {
  Path to; // localpart "postmaster" without a domain for <postmaster>
  bool operator==(const Rcpt&) const = default;
};

struct Data {
  bool operator==(const Data&) const = default;
};

struct Bdat { // RFC 3030
  std::uint64_t size = 0;
  bool last = false;
  bool operator==(const Bdat&) const = default;
};

struct Rset {
  bool operator==(const Rset&) const = default;
};

struct Vrfy {
  std::string argument;
  bool smtputf8 = false;
  bool operator==(const Vrfy&) const = default;
};

struct Expn {
  std::string argument;
  bool smtputf8 = false;
  bool operator==(const Expn&) const = default;
};

struct Help {
  std::string argument;
  bool operator==(const Help&) const = default;
};

struct Noop {
  bool operator==(const Noop&) const = default;
};

struct Quit {
  bool operator==(const Quit&) const = default;
};

using Command =
    std::variant<Hello, StartTls, Auth, Mail, Rcpt, Data, Bdat, Rset, Vrfy, Expn, Help, Noop, Quit>;

// Upper case: for logs and metrics.
std::string_view command_name(const Command& command);

struct CommandError {
  enum class Kind : std::uint8_t {
    unknown_command,     // 500 5.5.1; as the first command of a connection the peer speaks no SMTP
    syntax,              // 501 5.5.2
    bad_address,         // 501 5.1.7 for MAIL, 5.1.3 for RCPT
    bad_parameter,       // 501 5.5.4: its value
    duplicate_parameter, // 501 5.5.4
    unknown_parameter,   // 555 5.3.3
  };

  Kind kind = Kind::syntax;
  std::uint16_t code = 501;
  EnhancedCode enhanced{5, 5, 2};
  std::string text; // for the reply, one line of ASCII
  bool operator==(const CommandError&) const = default;
};

struct CommandOptions {
  // Mail programs that submit send odd names in EHLO and HELO, or none: any argument is accepted.
  bool submission = false;
  // CHUNKING and BINARYMIME (RFC 3030) were offered; else BDAT is unknown and BODY=BINARYMIME
  // refused.
  bool chunking = false;
};

// One line without its CRLF.
std::expected<Command, CommandError> parse_command(std::string_view line,
                                                   CommandOptions options = {});

// As a client sends it, without CRLF. parse_command() gives the same again, but for source routes,
// which are not kept.
std::string print_command(const Command& command);

} // namespace mox::smtp
