#include "config/kinds.h"

#include "config/kind_reading.h"
#include "config/units.h"
#include "resolver/choice.h"
#include "text/base64.h"

namespace mox::config {

namespace reading {

Outcome read_domain(const std::string& text) {
  auto name = dns::parse_name(text);
  if (!name) return refused(name.error());
  if (const auto unicode = name->unicode(); unicode != text) return must_be_written(unicode);
  return *std::move(name);
}

} // namespace reading

namespace {

using namespace reading;

constexpr std::size_t name_limit = 255;
constexpr std::size_t seed_size = 32;

bool is_url(std::string_view s) {
  const auto has_host = [&](std::string_view scheme) {
    return text::istarts_with(s, scheme) && s.size() > scheme.size() && s[scheme.size()] != '/';
  };
  return (has_host("http://") || has_host("https://")) && std::ranges::all_of(s, is_visible);
}

bool is_url_path(std::string_view s) {
  return s.starts_with('/') && std::ranges::all_of(s, is_visible);
}

bool is_name(std::string_view s) {
  constexpr std::string_view marks = "-_.";
  return !s.empty() && s.size() <= name_limit && std::ranges::all_of(s, [&](char c) {
    return text::is_alnum(c) || marks.find(c) != std::string_view::npos;
  });
}

bool is_host(std::string_view s) {
  return net::Address::parse(s).has_value() || dns::parse_name(s).has_value();
}

bool is_resolver(std::string_view s) {
  return resolver::parse_choice(s).has_value();
}

bool is_host_port(std::string_view s) {
  const auto colon = s.rfind(':');
  if (colon == std::string_view::npos) return false;
  auto before = s.substr(0, colon);
  if (before.starts_with('[') && before.ends_with(']'))
    before = before.substr(1, before.size() - 2);
  const auto number = text::parse_number<std::uint16_t>(s.substr(colon + 1));
  return is_host(before) && number.has_value() && *number != 0;
}

Outcome read_secret(const std::string& text) {
  if (text.empty()) return wrong();
  return text::Secret(text);
}

Outcome read_seed(const std::string& text) {
  auto bytes = text::base64url_decode(text);
  const bool right = bytes.has_value() && bytes->size() == seed_size;
  if (bytes) text::wipe(*bytes);
  return right ? Outcome(text::Secret(text)) : wrong();
}

Outcome read_ip(const std::string& text) {
  const auto address = net::Address::parse(text);
  return address ? Outcome(*address) : wrong();
}

Outcome read_duration(const std::string& text) {
  const auto duration = parse_duration(text);
  return duration ? Outcome(*duration) : wrong();
}

Outcome read_path(const Kind& /*kind*/, const toml::Value& value,
                  const std::filesystem::path& folder) {
  const auto* text = std::get_if<std::string>(&value.data);
  if (text == nullptr || text->empty() || !is_text(*text)) return wrong();
  return (folder / *text).lexically_normal();
}

Outcome read_absolute_path(const Kind& kind, const toml::Value& value,
                           const std::filesystem::path& /*folder*/) {
  auto path = read_path(kind, value, {});
  if (path && !std::get<std::filesystem::path>(*path).is_absolute()) return wrong();
  return path;
}

Outcome read_boolean(const Kind& /*kind*/, const toml::Value& value,
                     const std::filesystem::path& /*folder*/) {
  const auto* truth = std::get_if<bool>(&value.data);
  return truth == nullptr ? wrong() : Outcome(*truth);
}

Outcome in_range(const Kind& kind, std::int64_t number) {
  return number < kind.least || number > kind.most ? wrong() : Outcome(number);
}

Outcome read_integer(const Kind& kind, const toml::Value& value,
                     const std::filesystem::path& /*folder*/) {
  const auto* number = std::get_if<std::int64_t>(&value.data);
  return number == nullptr ? wrong() : in_range(kind, *number);
}

Outcome read_size(const Kind& kind, const toml::Value& value, const std::filesystem::path& folder) {
  const auto* text = std::get_if<std::string>(&value.data);
  if (text == nullptr) return read_integer(kind, value, folder);
  const auto size = parse_size(*text);
  return size ? in_range(kind, *size) : wrong();
}

Outcome read_number(const Kind& /*kind*/, const toml::Value& value,
                    const std::filesystem::path& /*folder*/) {
  if (const auto* whole = std::get_if<std::int64_t>(&value.data))
    return static_cast<double>(*whole);
  const auto* number = std::get_if<double>(&value.data);
  return number == nullptr ? wrong() : Outcome(*number);
}

} // namespace

namespace kinds {

constinit const Kind text{.word = "text",
                          .allowed = "text without line breaks and control characters",
                          .read = from_text<checked<is_text>>};
constinit const Kind secret{.word = "secret",
                            .allowed = "a string of at least one character",
                            .read = from_text<read_secret>,
                            .secret = true};
constinit const Kind path{
    .word = "path",
    .allowed = "the path of a file or folder, which counts from the folder of this file",
    .read = read_path};
constinit const Kind absolute_path{.word = "path",
                                   .allowed = "an absolute path, as in \"/etc/mox/key.pem\"",
                                   .read = read_absolute_path};
constinit const Kind url{.word = "URL",
                         .allowed = "a URL that begins with http:// or https://",
                         .read = from_text<checked<is_url>>};
constinit const Kind url_path{.word = "path of a URL",
                              .allowed = "the path of a URL, which begins with \"/\"",
                              .read = from_text<checked<is_url_path>>};
constinit const Kind regexp{.word = "regular expression",
                            .allowed = "a regular expression",
                            .read = from_text<checked<is_text>>};
constinit const Kind name{.word = "name",
                          .allowed = "a name of letters, digits, \"-\", \"_\" and \".\"",
                          .read = from_text<checked<is_name>>};
constinit const Kind ed25519_seed{.word = "secret",
                                  .allowed = "32 bytes in base64url without padding",
                                  .read = from_text<read_seed>,
                                  .secret = true};
constinit const Kind boolean{.word = "boolean", .allowed = "true or false", .read = read_boolean};
constinit const Kind integer{
    .word = "integer", .allowed = "a whole number that is not negative", .read = read_integer};
constinit const Kind number{.word = "number", .allowed = "a number", .read = read_number};
constinit const Kind port{.word = "port",
                          .allowed = "a port from 1 to 65535",
                          .read = read_integer,
                          .least = 1,
                          .most = 65535};
constinit const Kind size{
    .word = "size", .allowed = "a number of bytes or a size, as in \"100MiB\"", .read = read_size};
constinit const Kind size_or_unlimited{
    .word = "size",
    .allowed = "a number of bytes or a size, as in \"1GiB\"; -1 for no limit",
    .read = read_size,
    .least = std::numeric_limits<std::int64_t>::min()};
constinit const Kind duration{.word = "duration",
                              .allowed = "a duration, as in \"15s\", \"72h\" or \"30d\"",
                              .read = from_text<read_duration>};
constinit const Kind domain{.word = "domain",
                            .allowed = "a domain name, as in \"example.org\"",
                            .read = from_text<read_domain>};
constinit const Kind host{
    .word = "host", .allowed = "a host name or an IP address", .read = from_text<checked<is_host>>};
constinit const Kind host_port{.word = "host and port",
                               .allowed = "a host and a port, as in \"127.0.0.1:1080\"",
                               .read = from_text<checked<is_host_port>>};
constinit const Kind ip{.word = "IP address",
                        .allowed = "an IP address, as in \"192.0.2.1\" or \"2001:db8::1\"",
                        .read = from_text<read_ip>};
constinit const Kind resolver{
    .word = "resolver",
    .allowed = "\"validating\", \"system\", \"validating@192.0.2.1:53\" or \"192.0.2.1:53\"",
    .read = from_text<checked<is_resolver>>};

} // namespace kinds

} // namespace mox::config
