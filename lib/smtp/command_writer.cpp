#include "smtp/command.h"
#include "smtp/parameters.h"

namespace mox::smtp {

namespace {

template <class... Visitors> struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

std::string_view body_name(Body body) {
  switch (body) {
  case Body::seven_bit: return "7BIT";
  case Body::eight_bit_mime: return "8BITMIME";
  case Body::binary_mime: return "BINARYMIME";
  }
  return "";
}

std::string in_brackets(const Path& path) {
  return '<' + to_string(path) + '>';
}

std::string mail(const Mail& command) {
  std::string text = "MAIL FROM:" + in_brackets(command.from);
  if (command.size) text += " SIZE=" + std::to_string(*command.size);
  if (command.body) text.append(" BODY=").append(body_name(*command.body));
  if (command.auth) text += " AUTH=" + encode_xtext(*command.auth);
  if (command.smtputf8) text += " SMTPUTF8";
  if (command.require_tls) text += " REQUIRETLS";
  if (command.hold_for) text += " HOLDFOR=" + std::to_string(command.hold_for->count());
  if (command.hold_until) text += " HOLDUNTIL=" + format_rfc3339(*command.hold_until);
  return text;
}

std::string with_argument(std::string_view name, std::string_view argument) {
  std::string text(name);
  if (!argument.empty()) text.append(" ").append(argument);
  return text;
}

template <class Body> std::string verify(std::string_view name, const Body& command) {
  return with_argument(name, command.argument) + (command.smtputf8 ? " SMTPUTF8" : "");
}

} // namespace

std::string_view command_name(const Command& command) {
  using Name = std::string_view;
  return std::visit(Overloaded{
                        [](const Hello& hello) -> Name { return hello.extended ? "EHLO" : "HELO"; },
                        [](const StartTls&) -> Name { return "STARTTLS"; },
                        [](const Auth&) -> Name { return "AUTH"; },
                        [](const Mail&) -> Name { return "MAIL"; },
                        [](const Rcpt&) -> Name { return "RCPT"; },
                        [](const Data&) -> Name { return "DATA"; },
                        [](const Bdat&) -> Name { return "BDAT"; },
                        [](const Rset&) -> Name { return "RSET"; },
                        [](const Vrfy&) -> Name { return "VRFY"; },
                        [](const Expn&) -> Name { return "EXPN"; },
                        [](const Help&) -> Name { return "HELP"; },
                        [](const Noop&) -> Name { return "NOOP"; },
                        [](const Quit&) -> Name { return "QUIT"; },
                    },
                    command);
}

std::string print_command(const Command& command) {
  const auto name = command_name(command);
  return std::visit(Overloaded{
                        [&](const Hello& hello) { return with_argument(name, hello.name); },
                        [&](const Auth& auth) {
                          return with_argument(with_argument(name, auth.mechanism),
                                               auth.initial.value_or(""));
                        },
                        [&](const Mail& command_) { return mail(command_); },
                        [&](const Rcpt& rcpt) { return "RCPT TO:" + in_brackets(rcpt.to); },
                        [&](const Bdat& bdat) {
                          return with_argument(with_argument(name, std::to_string(bdat.size)),
                                               bdat.last ? "LAST" : "");
                        },
                        [&](const Vrfy& vrfy) { return verify(name, vrfy); },
                        [&](const Expn& expn) { return verify(name, expn); },
                        [&](const Help& help) { return with_argument(name, help.argument); },
                        [&](const auto&) { return std::string(name); },
                    },
                    command);
}

} // namespace mox::smtp
