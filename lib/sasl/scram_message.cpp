#include "sasl/scram_message.h"

#include "sasl/names.h"
#include "text/ascii.h"
#include "text/base64.h"
#include "text/utf8.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace mox::sasl {

namespace {

using Attributes = std::vector<std::string_view>;

std::unexpected<ScramError> bad(ScramError error = ScramError::other_error) {
  return std::unexpected(error);
}

// What all messages have in common: bounded UTF-8 without NUL, and no mandatory extension, neither
// where the grammar has one nor elsewhere (RFC 5802 section 5.1, "m").
ScramResult<Attributes> split(std::string_view message) {
  if (message.size() > scram_message_limit) return bad();
  if (!text::is_utf8(message) || message.contains('\0')) return bad(ScramError::invalid_encoding);
  Attributes attributes;
  for (;;) {
    const auto comma = message.find(',');
    attributes.push_back(message.substr(0, comma));
    if (comma == std::string_view::npos) break;
    message.remove_prefix(comma + 1);
  }
  for (const auto attribute : attributes)
    if (attribute.starts_with("m=")) return bad(ScramError::extensions_not_supported);
  return attributes;
}

// The value of an attribute that must have this name: attr-val = ALPHA "=" value
std::optional<std::string_view> value_of(std::string_view attribute, char name) {
  if (attribute.size() < 2 || attribute[0] != name || attribute[1] != '=') return std::nullopt;
  return attribute.substr(2);
}

// An attribute that nobody here knows. Those with a meaning have their place, and no other.
bool is_extension(std::string_view attribute) {
  constexpr std::string_view known = "anmrcsipve";
  return attribute.size() > 2 && text::is_alpha(attribute[0]) && attribute[1] == '=' &&
         !known.contains(attribute[0]);
}

bool are_extensions(const Attributes& attributes, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i)
    if (!is_extension(attributes[i])) return false;
  return true;
}

// printable = %x21-2B / %x2D-7E
bool is_nonce(std::string_view text) {
  return !text.empty() && text.size() <= scram_nonce_limit &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F && c != ','; });
}

// cb-name = 1*(ALPHA / DIGIT / "." / "-")
bool is_binding_type(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return text::is_alnum(c) || c == '.' || c == '-';
  });
}

// SASLprep prohibits control characters (RFC 4013 section 2.3).
bool has_control(std::string_view name) {
  while (!name.empty()) {
    const auto c = text::next_utf8(name);
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) return true;
  }
  return false;
}

// saslname = 1*(value-safe-char / "=2C" / "=3D")
ScramResult<std::string> decode_name(std::string_view encoded) {
  std::string name;
  while (!encoded.empty()) {
    const bool comma = encoded.starts_with("=2C");
    const bool equals = encoded.starts_with("=3D");
    if (encoded.front() == '=' && !comma && !equals)
      return bad(ScramError::invalid_username_encoding);
    name += comma ? ',' : encoded.front();
    encoded.remove_prefix(comma || equals ? 3 : 1);
  }
  if (!is_name(name) || has_control(name)) return bad(ScramError::invalid_username_encoding);
  return text::nfc(name);
}

// gs2-cbind-flag = ("p=" cb-name) / "n" / "y"
bool parse_flag(std::string_view text, ClientFirst& first) {
  if (text == "n" || text == "y") {
    first.flag = text == "n" ? BindingFlag::unsupported : BindingFlag::unoffered;
    return true;
  }
  const auto type = value_of(text, 'p');
  if (!type || !is_binding_type(*type)) return false;
  first.flag = BindingFlag::used;
  first.binding_type = *type;
  return true;
}

// posit-number = %x31-39 *DIGIT
std::optional<std::uint32_t> parse_positive(std::string_view text) {
  if (text.starts_with('0')) return std::nullopt;
  return text::parse_number<std::uint32_t>(text);
}

} // namespace

std::string_view to_string(ScramError error) {
  constexpr std::array<std::string_view, 11> names = {"invalid-encoding",
                                                      "extensions-not-supported",
                                                      "invalid-proof",
                                                      "channel-bindings-dont-match",
                                                      "server-does-support-channel-binding",
                                                      "channel-binding-not-supported",
                                                      "unsupported-channel-binding-type",
                                                      "unknown-user",
                                                      "invalid-username-encoding",
                                                      "no-resources",
                                                      "other-error"};
  return names[static_cast<std::size_t>(error)];
}

// client-first-message = gs2-cbind-flag "," [ "a=" saslname ] "," "n=" saslname "," "r=" nonce
//                        *("," attr-val)
ScramResult<ClientFirst> parse_client_first(std::string_view message) {
  const auto attributes = split(message);
  if (!attributes) return bad(attributes.error());
  const auto& all = *attributes;
  ClientFirst first;
  if (all.size() < 4 || !parse_flag(all[0], first)) return bad();
  if (!all[1].empty()) {
    const auto encoded = value_of(all[1], 'a');
    if (!encoded) return bad();
    auto identity = decode_name(*encoded);
    if (!identity) return bad(identity.error());
    first.identity = *std::move(identity);
  }
  const auto encoded = value_of(all[2], 'n');
  const auto nonce = value_of(all[3], 'r');
  if (!encoded || !nonce || !is_nonce(*nonce) || !are_extensions(all, 4, all.size())) return bad();
  auto user = decode_name(*encoded);
  if (!user) return bad(user.error());
  first.user = *std::move(user);
  first.nonce = *nonce;
  const auto header_size = all[0].size() + all[1].size() + 2;
  first.header = message.substr(0, header_size);
  first.bare = message.substr(header_size);
  return first;
}

// server-first-message = "r=" nonce "," "s=" base64 "," "i=" posit-number *("," attr-val)
ScramResult<ServerFirst> parse_server_first(std::string_view message) {
  const auto attributes = split(message);
  if (!attributes) return bad(attributes.error());
  const auto& all = *attributes;
  if (all.size() < 3 || !are_extensions(all, 3, all.size())) return bad();
  const auto nonce = value_of(all[0], 'r');
  const auto encoded = value_of(all[1], 's');
  const auto number = value_of(all[2], 'i');
  if (!nonce || !is_nonce(*nonce) || !encoded || !number) return bad();
  const auto iterations = parse_positive(*number);
  if (!iterations) return bad();
  auto salt = text::base64_decode(*encoded);
  if (!salt) return bad(ScramError::invalid_encoding);
  return ServerFirst{
      .nonce = std::string(*nonce), .salt = *std::move(salt), .iterations = *iterations};
}

// client-final-message = "c=" base64 "," "r=" nonce *("," attr-val) "," "p=" base64
ScramResult<ClientFinal> parse_client_final(std::string_view message) {
  const auto attributes = split(message);
  if (!attributes) return bad(attributes.error());
  const auto& all = *attributes;
  if (all.size() < 3 || !are_extensions(all, 2, all.size() - 1)) return bad();
  const auto encoded_binding = value_of(all[0], 'c');
  const auto nonce = value_of(all[1], 'r');
  const auto encoded_proof = value_of(all.back(), 'p');
  if (!encoded_binding || !nonce || !is_nonce(*nonce) || !encoded_proof) return bad();
  auto binding = text::base64_decode(*encoded_binding);
  auto proof = text::base64_decode(*encoded_proof);
  if (!binding || !proof) return bad(ScramError::invalid_encoding);
  const auto proof_size = all.back().size() + 1;
  return ClientFinal{.binding = *std::move(binding),
                     .nonce = std::string(*nonce),
                     .proof = *std::move(proof),
                     .without_proof = std::string(message.substr(0, message.size() - proof_size))};
}

// server-final-message = ("e=" server-error-value / "v=" base64) *("," attr-val)
ScramResult<ServerFinal> parse_server_final(std::string_view message) {
  const auto attributes = split(message);
  if (!attributes) return bad(attributes.error());
  const auto& all = *attributes;
  if (!are_extensions(all, 1, all.size())) return bad();
  ServerFinal final;
  if (const auto error = value_of(all[0], 'e'); error && !error->empty()) {
    final.error = *error;
    return final;
  }
  const auto encoded = value_of(all[0], 'v');
  if (!encoded) return bad();
  auto signature = text::base64_decode(*encoded);
  if (!signature || signature->empty()) return bad(ScramError::invalid_encoding);
  final.signature = *std::move(signature);
  return final;
}

std::string escape_name(std::string_view name) {
  std::string escaped;
  for (const char c : name) {
    if (c == ',')
      escaped += "=2C";
    else if (c == '=')
      escaped += "=3D";
    else
      escaped += c;
  }
  return escaped;
}

} // namespace mox::sasl
