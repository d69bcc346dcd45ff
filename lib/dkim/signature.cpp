#include "dkim/signature.h"

#include "dkim/digest.h"
#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mox::dkim {

namespace {

constexpr dns::NameRules name_rules{.underscore = true};
// Beyond the year 9999 a time means "never" (RFC 6376 section 3.5 wants 12 digits understood).
constexpr std::uint64_t last_second = 253'402'300'799;

Fault syntax(std::string text) {
  return {.why = Why::syntax, .text = std::move(text)};
}

std::string shown(std::string_view value) {
  return fmt::format("{:?}", value.substr(0, 80));
}

Fault missing(std::string_view tag) {
  return syntax(fmt::format("there is no {}=", tag));
}

// dkim-quoted-printable: what is not printable is "=" and two hexadecimal digits; white space has
// no meaning. Nothing when it is malformed.
std::optional<std::string> decode_quoted(std::string_view value) {
  std::string decoded;
  while (!value.empty()) {
    const char c = value.front();
    if (c == '=') {
      const auto byte = text::hex_decode(value.substr(1, 2));
      if (value.size() < 3 || !byte) return std::nullopt;
      decoded += *byte;
      value.remove_prefix(3);
      continue;
    }
    if (!text::is_space(c)) decoded += c;
    value.remove_prefix(1);
  }
  return decoded;
}

std::optional<Fault> read_version(const TagList& tags) {
  const auto version = tags.value("v");
  if (!version) return missing("v");
  if (*version != "1") return syntax(fmt::format("v={} is not known, only 1", shown(*version)));
  return std::nullopt;
}

// sig-i-tag = [ Local-part ] "@" domain-name
std::optional<Fault> read_identity(const TagList& tags, Signature& into) {
  const auto value = tags.value("i");
  if (!value) return std::nullopt;
  const auto decoded = decode_quoted(*value);
  const auto at = decoded ? decoded->rfind('@') : std::string::npos;
  if (at == std::string::npos) return syntax(fmt::format("i={} is no identity", shown(*value)));
  auto domain = dns::parse_name(std::string_view(*decoded).substr(at + 1), name_rules);
  if (!domain) return syntax(fmt::format("i={}: {}", shown(*value), domain.error().text));
  into.identity = Identity{.localpart = decoded->substr(0, at), .domain = *std::move(domain)};
  if (!into.identity->domain.is_same_or_below(into.domain))
    return Fault{Why::identity_mismatch,
                 fmt::format("i={} is not at or below d={}", shown(*value), into.domain.ascii())};
  return std::nullopt;
}

std::optional<Fault> read_length(const TagList& tags, Signature& into) {
  const auto value = tags.value("l");
  if (!value) return std::nullopt;
  into.length = parse_digits(*value);
  if (!into.length) return syntax(fmt::format("l={} is no number", shown(*value)));
  return std::nullopt;
}

// A list of ways to get the key, of which there is one (RFC 6376 section 3.5).
std::optional<Fault> read_query_methods(const TagList& tags) {
  const auto value = tags.value("q");
  if (!value) return std::nullopt;
  const auto methods = split_list(*value);
  if (!methods) return syntax(fmt::format("q={}: {}", shown(*value), methods.error().text));
  const bool known = std::ranges::any_of(
      *methods, [](std::string_view method) { return text::iequals(method, "dns/txt"); });
  if (!known) return Fault{Why::query_method, fmt::format("q={}", shown(*value))};
  return std::nullopt;
}

std::optional<Fault> require_from(const Signature& signature) {
  const bool has_from = std::ranges::any_of(
      signature.signed_names, [](std::string_view name) { return text::iequals(name, "from"); });
  if (!has_from) return Fault{Why::bad_from, "h= does not have From"};
  return std::nullopt;
}

Result<std::optional<std::chrono::sys_seconds>, Fault> read_time(const TagList& tags,
                                                                 std::string_view name) {
  const auto value = tags.value(name);
  if (!value) return std::nullopt;
  const auto seconds = parse_digits(*value);
  if (!seconds) return failure(syntax(fmt::format("{}={} is no time", name, shown(*value))));
  return std::chrono::sys_seconds(
      std::chrono::seconds(static_cast<std::int64_t>(std::min(*seconds, last_second))));
}

} // namespace

std::string to_string(const Identity& identity) {
  return fmt::format("{}@{}", identity.localpart, identity.domain.ascii());
}

// sig-a-tag-k "-" sig-a-tag-h
std::optional<Fault> read_algorithm(const TagList& tags, Signature& into) {
  const auto value = tags.value("a");
  if (!value) return missing("a");
  const auto dash = value->find('-');
  if (dash == std::string_view::npos)
    return Fault{Why::unknown_algorithm, fmt::format("a={}", shown(*value))};
  const auto key = parse_key_type(value->substr(0, dash));
  if (!key) return Fault{Why::unknown_algorithm, fmt::format("a={}", shown(*value))};
  const auto hash = parse_hash(value->substr(dash + 1));
  if (!hash) return Fault{Why::unknown_hash, fmt::format("a={}", shown(*value))};
  // RFC 8463 section 3 has one hash for ed25519.
  if (*key == KeyType::ed25519 && *hash != Hash::sha256)
    return Fault{Why::unknown_algorithm, fmt::format("a={}", shown(*value))};
  into.algorithm = Algorithm{.key = *key, .hash = *hash};
  return std::nullopt;
}

std::optional<Fault> read_names(const TagList& tags, Signature& into) {
  for (const auto& [tag, name] : {std::pair{"d", &into.domain}, std::pair{"s", &into.selector}}) {
    const auto value = tags.value(tag);
    if (!value) return missing(tag);
    auto parsed = dns::parse_name(*value, name_rules);
    if (!parsed) return syntax(fmt::format("{}={}: {}", tag, shown(*value), parsed.error().text));
    *name = *std::move(parsed);
  }
  auto key_name = dns::parse_name(
      fmt::format("{}._domainkey.{}", into.selector.ascii(), into.domain.ascii()), name_rules);
  if (!key_name) return syntax("s= and d= together are too long for the name of a key");
  into.key_name = *std::move(key_name);
  return std::nullopt;
}

std::optional<Fault> read_signature_bytes(const TagList& tags, Signature& into) {
  const auto* tag = tags.find("b");
  if (tag == nullptr) return missing("b");
  auto bytes = decode_base64(tag->value);
  if (!bytes) return syntax(fmt::format("b=: {}", bytes.error().text));
  into.signature_begin = tag->begin;
  into.signature_end = tag->end;
  if (bytes->empty()) return syntax("b= is empty");
  into.signature = *std::move(bytes);
  return std::nullopt;
}

std::optional<Fault> read_hashes(const TagList& tags, Signature& into) {
  if (auto fault = read_signature_bytes(tags, into)) return fault;
  const auto value = tags.value("bh");
  if (!value) return missing("bh");
  auto bytes = decode_base64(*value);
  if (!bytes) return syntax(fmt::format("bh=: {}", bytes.error().text));
  if (into.algorithm && bytes->size() != size_of(into.algorithm->hash))
    return syntax(fmt::format("bh= has {} bytes, {} has {}", bytes->size(),
                              to_string(into.algorithm->hash), size_of(into.algorithm->hash)));
  into.body_hash = *std::move(bytes);
  return std::nullopt;
}

// sig-c-tag-alg ["/" sig-c-tag-alg], of which the second is simple when not given
std::optional<Fault> read_canonical(const TagList& tags, Signature& into) {
  const auto value = tags.value("c");
  if (!value) return std::nullopt;
  const auto slash = value->find('/');
  const auto header = parse_canonical(value->substr(0, slash));
  const auto body = slash == std::string_view::npos ? Canonical::simple
                                                    : parse_canonical(value->substr(slash + 1));
  if (!header || !body) return Fault{Why::unknown_canonical, fmt::format("c={}", shown(*value))};
  into.header = *header;
  into.body = *body;
  return std::nullopt;
}

std::optional<Fault> read_signed_names(const TagList& tags, Signature& into) {
  const auto value = tags.value("h");
  if (!value) return missing("h");
  const auto names = split_list(*value);
  if (!names) return syntax(fmt::format("h=: {}", names.error().text));
  if (names->size() > signed_names_limit)
    return syntax(fmt::format("h= has more than {} names", signed_names_limit));
  into.signed_names.assign(names->begin(), names->end());
  return std::nullopt;
}

std::optional<Fault> read_times(const TagList& tags, Signature& into) {
  const auto signed_at = read_time(tags, "t");
  if (!signed_at) return signed_at.error();
  const auto expires_at = read_time(tags, "x");
  if (!expires_at) return expires_at.error();
  into.signed_at = *signed_at;
  into.expires_at = *expires_at;
  if (into.signed_at && into.expires_at && *into.expires_at <= *into.signed_at)
    return syntax("x= is not after t=");
  return std::nullopt;
}

ParsedSignature parse_signature(std::string_view body) {
  ParsedSignature parsed;
  auto& signature = parsed.signature;
  const auto tags = parse_tag_list(body);
  if (!tags) {
    parsed.fault = syntax(tags.error().text);
    return parsed;
  }
  // All are read, so that as much as can be is known; the first fault counts.
  std::array<std::optional<Fault>, 11> faults = {
      read_version(*tags),
      read_names(*tags, signature),
      read_algorithm(*tags, signature),
      read_canonical(*tags, signature),
      read_query_methods(*tags),
      read_hashes(*tags, signature),
      read_signed_names(*tags, signature),
      read_times(*tags, signature),
      read_length(*tags, signature),
      read_identity(*tags, signature),
      require_from(signature),
  };
  const auto first =
      std::ranges::find_if(faults, [](const auto& fault) { return fault.has_value(); });
  if (first != faults.end()) parsed.fault = std::move(*first);
  return parsed;
}

} // namespace mox::dkim
