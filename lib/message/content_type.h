// Content-Type, Content-Disposition and their parameters (RFC 2045 section 5, RFC 2183, RFC 2231).
// Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::message {

// As written, but without quotes and comments: continuations and percent-encoding (RFC 2231) stay,
// so that a mail program gets what the sender said. Names keep their case.
struct Parameter {
  std::string name;
  std::string value;
  bool operator==(const Parameter&) const = default;
};

struct MediaType {
  std::string type; // lower case
  std::string subtype;
  std::vector<Parameter> parameters;
  bool operator==(const MediaType&) const = default;
};

struct Disposition {
  std::string type; // lower case; "inline", "attachment" or another word
  std::vector<Parameter> parameters;
  bool operator==(const Disposition&) const = default;
};

// At most this many parameters are kept of one field.
constexpr std::size_t max_parameters = 100;

// Of a field body, folded or not. Nothing when there is no type and subtype. Parameters that are
// malformed are passed over.
std::optional<MediaType> parse_content_type(std::string_view body);
// Nothing when there is no disposition type.
std::optional<Disposition> parse_disposition(std::string_view body);
// Content-Language (RFC 3282): tags between commas.
std::vector<std::string> parse_languages(std::string_view body);
// The first token of a field body, without comments: Content-Transfer-Encoding.
std::string parse_token(std::string_view body);

// The value as written of the first parameter of that name, case ignored; empty when not given.
std::string_view find_parameter(std::span<const Parameter> parameters, std::string_view name);

// The value for people, as UTF-8: continuations joined and decoded (RFC 2231), else encoded words
// decoded, which RFC 2047 section 5 forbids here and mail has all the same. Nothing when not given.
std::optional<std::string> decoded_parameter(std::span<const Parameter> parameters,
                                             std::string_view name);

// The file name a sender gave the part, by either field; nothing when none did.
std::optional<std::string> file_name(std::span<const Parameter> content_type,
                                     const std::optional<Disposition>& disposition);

} // namespace mox::message
