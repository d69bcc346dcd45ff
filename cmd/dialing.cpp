#include "dialing.h"

#include "file/file.h"
#include "json/writer.h"
#include "resolving.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::cmd {

namespace {

constexpr std::size_t authorities_limit = 16 << 20;

std::unexpected<Error> no_target(std::string_view text) {
  return failure(ErrorKind::invalid,
                 fmt::format("\"{}\" is no host and port: it has the form mx.example.org:25, "
                             "192.0.2.1:25 or [2001:db8::1]:25",
                             text));
}

// Whatever a server says, the terminal is ours.
std::string shown(std::string_view text) {
  std::string made(text);
  std::ranges::replace_if(
      made, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return made;
}

} // namespace

Result<Target> parse_target(std::string_view text, std::optional<std::uint16_t> usual_port) {
  auto host = text;
  std::optional<std::uint16_t> port = usual_port;
  const auto bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  // More than one colon, and no brackets: an IPv6 address without a port.
  const bool bare = bracket == std::string_view::npos && colon != text.rfind(':');
  if (colon != std::string_view::npos && !bare) {
    port = text::parse_number<std::uint16_t>(text.substr(colon + 1));
    host = text.substr(0, colon);
  }
  if (bracket != std::string_view::npos) {
    if (host.size() != bracket + 1) return no_target(text);
    host = host.substr(1, bracket - 1);
  }
  if (!port || *port == 0) return no_target(text);
  Target target{.address = {}, .name = {}, .port = *port};
  if (const auto address = net::Address::parse(host)) {
    target.address = *address;
    return target;
  }
  auto name = parse_domain(host);
  if (!name || bracket != std::string_view::npos) return no_target(text);
  target.name = *std::move(name);
  return target;
}

Result<dns::Name> parse_domain(std::string_view text) {
  auto name = dns::parse_name(text, {.underscore = true, .trailing_dot = true});
  if (!name)
    return failure(ErrorKind::invalid,
                   fmt::format("\"{}\" is no domain name: {}", text, name.error().text));
  return name;
}

Result<tls::ClientContext> trusting_context(const cli::Invocation& invocation) {
  if (!invocation.given("--ca")) return tls::ClientContext::system_authorities();
  const std::string path(invocation.text("--ca"));
  MOX_TRY_ASSIGN(pem, file::read_file(path, authorities_limit));
  auto context = tls::ClientContext::authorities(pem);
  if (!context)
    return failure(context.error().kind, fmt::format("{}: {}", path, context.error().text));
  return context;
}

int end(const cli::Invocation& invocation, int code, std::string_view text) {
  std::fflush(invocation.output());
  fmt::print(invocation.errors(), "{} {}: {}\n", invocation.program().name,
             invocation.command().words, shown(text));
  return code;
}

int code_of(const smtpclient::Error& error) {
  using smtpclient::Cause;
  if (error.cause == Cause::network || error.cause == Cause::timeout) return exit_temporary;
  if (error.cause == Cause::reply && !error.permanent) return exit_temporary;
  return exit_fails;
}

void ConnectionFacts::add(std::string_view name, std::string value) {
  if (!value.empty()) facts_.emplace_back(name, shown(value));
}

void ConnectionFacts::add(const tls::Session* session) {
  if (session == nullptr) return add("tls", "none");
  add("tls", fmt::format("{} {}", session->version, session->cipher));
  const auto& problem = session->certificate_problem;
  add("certificate", problem ? fmt::format("not good: {}", problem->text) : "good");
}

void ConnectionFacts::print(const cli::Invocation& invocation) const {
  if (invocation.given("--json")) {
    json::Writer json;
    json.object();
    for (const auto& [name, value] : facts_) json.member(name, value);
    json.end();
    fmt::print(invocation.errors(), "{}\n", std::move(json).text());
  } else {
    for (const auto& [name, value] : facts_)
      fmt::print(invocation.errors(), "{}: {}\n", name, value);
  }
  std::fflush(invocation.errors());
}

} // namespace mox::cmd
