#include "smtp/command.h"

#include "smtp/parameters.h"
#include "text/ascii.h"

#include <algorithm>
#include <array>

namespace mox::smtp {

namespace {

using Parsed = std::expected<Command, CommandError>;
using Kind = CommandError::Kind;

std::unexpected<CommandError> bad_address(std::uint16_t detail, std::string_view why) {
  return std::unexpected(
      CommandError{Kind::bad_address, 501, {5, 1, detail}, "bad address: " + std::string(why)});
}

// Deviation: spaces at the end of a line are skipped, as old clients send them.
std::string_view without_trailing_spaces(std::string_view text) {
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

template <class Body> Parsed no_arguments(std::string_view arguments) {
  if (!arguments.empty()) return command_error(Kind::bad_parameter, "no parameters are allowed");
  return Body{};
}

template <class Body> Parsed anything(std::string_view) {
  return Body{};
}

Parsed help(std::string_view arguments) {
  return Help{std::string(arguments)};
}

// ehlo = "EHLO" SP (Domain / address-literal); helo = "HELO" SP Domain
//
// Deviation: HELO with an address literal, a dot at the end of the domain, and text behind an
// address literal occur and do no harm.
Parsed hello(std::string_view arguments, bool extended, bool submission) {
  auto name = arguments;
  if (name.starts_with('[')) {
    const auto end = name.find(']');
    name = name.substr(0, end == std::string_view::npos ? end : end + 1);
  } else if (name.ends_with('.')) {
    name.remove_suffix(1);
  }
  if (is_address_literal(name, submission) || is_domain(name))
    return Hello{extended, std::string(name)};
  if (submission) return Hello{extended, {}};
  return command_error(Kind::syntax, "a domain or an address literal is needed");
}

Parsed auth(std::string_view arguments) {
  const auto end = std::min(arguments.find(' '), arguments.size());
  const auto mechanism = arguments.substr(0, end);
  const auto allowed = [](char c) { return text::is_alnum(c) || c == '-' || c == '_'; };
  if (mechanism.empty() || mechanism.size() > 20 || !std::ranges::all_of(mechanism, allowed))
    return command_error(Kind::bad_parameter, "a mechanism is needed");
  auto initial = arguments.substr(end);
  // Deviation: more than one space before the initial response.
  while (initial.starts_with(' ')) initial.remove_prefix(1);
  Auth command{text::upper(mechanism), std::nullopt};
  if (initial.empty()) return command;
  const auto base64 = [](char c) { return text::is_alnum(c) || c == '+' || c == '/' || c == '='; };
  if (!std::ranges::all_of(initial, base64))
    return command_error(Kind::syntax, "the initial response is not base64");
  command.initial = std::string(initial);
  return command;
}

// `word` and its colon off the front of `text`.
//
// Deviation: a space after the colon, as Outlook sends it.
bool take_colon_word(std::string_view& text, std::string_view word) {
  if (!text::istarts_with(text, word)) return false;
  text.remove_prefix(word.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

// mail = "MAIL FROM:" Reverse-path [SP Mail-parameters]
Parsed mail(std::string_view arguments, CommandOptions options) {
  if (!take_colon_word(arguments, "FROM:"))
    return command_error(Kind::syntax, "FROM: is needed after MAIL");
  auto path = take_path(arguments, true, false);
  if (!path) return bad_address(7, path.error());
  Mail command;
  command.from = std::move(*path);
  MOX_TRY(parse_mail_parameters(arguments, options, command));
  return command;
}

// rcpt = "RCPT TO:" ("<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path) [SP
// Rcpt-parameters]
Parsed rcpt(std::string_view arguments) {
  if (!take_colon_word(arguments, "TO:"))
    return command_error(Kind::syntax, "TO: is needed after RCPT");
  auto path = take_path(arguments, false, true);
  if (!path) return bad_address(3, path.error());
  MOX_TRY(refuse_rcpt_parameters(arguments));
  return Rcpt{std::move(*path)};
}

// bdat-cmd = "BDAT" SP chunk-size [SP "LAST"] (RFC 3030 section 2)
Parsed bdat(std::string_view arguments) {
  const auto end = std::min(arguments.find(' '), arguments.size());
  const auto size = text::parse_number<std::uint64_t>(arguments.substr(0, end));
  if (!size) return command_error(Kind::syntax, "a chunk size is needed");
  const auto last = arguments.substr(end);
  if (!last.empty() && !text::iequals(last.substr(1), "LAST"))
    return command_error(Kind::bad_parameter, "only LAST may follow the chunk size");
  return Bdat{*size, !last.empty()};
}

// vrfy = "VRFY" SP String ["SP" "SMTPUTF8"] (RFC 6531 section 3.7.4.2), and EXPN alike
template <class Body> Parsed verify(std::string_view arguments) {
  constexpr std::string_view utf8 = " SMTPUTF8";
  Body command;
  if (arguments.size() > utf8.size() &&
      text::iequals(arguments.substr(arguments.size() - utf8.size()), utf8)) {
    command.smtputf8 = true;
    arguments.remove_suffix(utf8.size());
  }
  command.argument = std::string(without_trailing_spaces(arguments));
  if (command.argument.empty()) return command_error(Kind::syntax, "an argument is needed");
  return command;
}

using Parse = Parsed (*)(std::string_view arguments, CommandOptions options);

struct Verb {
  std::string_view name;
  Parse parse;
};

constexpr std::array<Verb, 14> verbs = {{
    {"HELO", [](auto text, auto options) { return hello(text, false, options.submission); }},
    {"EHLO", [](auto text, auto options) { return hello(text, true, options.submission); }},
    {"STARTTLS", [](auto text, auto) { return no_arguments<StartTls>(text); }},
    {"AUTH", [](auto text, auto) { return auth(text); }},
    {"MAIL", [](auto text, auto options) { return mail(text, options); }},
    {"RCPT", [](auto text, auto) { return rcpt(text); }},
    {"DATA", [](auto text, auto) { return no_arguments<Data>(text); }},
    {"BDAT", [](auto text, auto) { return bdat(text); }},
    {"RSET", [](auto text, auto) { return no_arguments<Rset>(text); }},
    {"VRFY", [](auto text, auto) { return verify<Vrfy>(text); }},
    {"EXPN", [](auto text, auto) { return verify<Expn>(text); }},
    {"HELP", [](auto text, auto) { return help(text); }},
    {"NOOP", [](auto text, auto) { return anything<Noop>(text); }},
    {"QUIT", [](auto text, auto) { return no_arguments<Quit>(text); }},
}};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

} // namespace

std::unexpected<CommandError> command_error(CommandError::Kind kind, std::string text) {
  CommandError error{kind, 501, {5, 5, 2}, std::move(text)};
  switch (kind) {
  case Kind::unknown_command:
    error.code = 500;
    error.enhanced = {5, 5, 1};
    break;
  case Kind::bad_parameter:
  case Kind::duplicate_parameter: error.enhanced = {5, 5, 4}; break;
  case Kind::unknown_parameter:
    error.code = 555;
    error.enhanced = {5, 3, 3};
    break;
  case Kind::syntax:
  case Kind::bad_address: break;
  }
  return std::unexpected(std::move(error));
}

std::expected<Command, CommandError> parse_command(std::string_view line, CommandOptions options) {
  line = without_trailing_spaces(line);
  const auto end = std::min(line.find(' '), line.size());
  const auto name = line.substr(0, end);
  const auto verb = std::ranges::find_if(
      verbs, [&](const Verb& known) { return text::iequals(known.name, name); });
  if (verb == verbs.end() || (verb->name == "BDAT" && !options.chunking))
    return command_error(Kind::unknown_command, "unknown command");
  // A CR or LF that ended no line is what smuggling is made of; NUL and the rest have no meaning.
  if (std::ranges::any_of(line, is_control))
    return command_error(Kind::syntax, "control character in the command");
  auto arguments = line.substr(end);
  if (!arguments.empty()) arguments.remove_prefix(1);
  return verb->parse(arguments, options);
}

} // namespace mox::smtp
