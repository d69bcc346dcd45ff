#include "tlsrpt/record.h"

#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::tlsrpt {

namespace {

// tlsrpt-field-delim = *WSP ";" *WSP
std::string_view take_field(std::string_view& text) {
  const auto size = std::min(text.find(';'), text.size());
  const auto field = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return text::trim(field);
}

// tlsrpt-version = %s"v=TLSRPTv1"
bool is_version(std::string_view field) {
  return field == "v=TLSRPTv1";
}

// tlsrpt-ext-name = (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")
bool is_extension_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && text::is_alnum(name.front()) &&
         std::ranges::all_of(
             name, [](char c) { return text::is_alnum(c) || c == '_' || c == '-' || c == '.'; });
}

// tlsrpt-ext-value = 1*(%x21-3A / %x3C / %x3E-7E)
bool is_extension_value(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) {
    return text::is_printable(c) && c != ' ' && c != '=' && c != ';';
  });
}

std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, 80)) result += text::is_printable(c) ? c : '?';
  return result;
}

// tlsrpt-uri: a URI (RFC 3986) with "!", "," and ";" percent-encoded, mailto or https (section 3).
Result<std::string> parse_uri(std::string_view text) {
  const bool is_known = text::istarts_with(text, "mailto:") || text::istarts_with(text, "https://");
  const bool is_clean = std::ranges::all_of(text, [](char c) {
    return text::is_printable(c) &&
           std::string_view(" \"<>\\^`{|},!;").find(c) == std::string_view::npos;
  });
  if (!is_known || !is_clean || text.ends_with(':') || text.ends_with("//"))
    return failure(ErrorKind::invalid,
                   fmt::format("rua: \"{}\" is no mailto or https URI", printable(text)));
  return std::string(text);
}

// tlsrpt-rua = %s"rua=" tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri)
Result<std::vector<std::string>> parse_uris(std::string_view text) {
  std::vector<std::string> uris;
  while (true) {
    const auto size = std::min(text.find(','), text.size());
    MOX_TRY_ASSIGN(uri, parse_uri(text::trim(text.substr(0, size))));
    if (uris.size() == uri_limit) return failure(ErrorKind::invalid, "rua: too many URIs");
    uris.push_back(std::move(uri));
    if (size == text.size()) return uris;
    text.remove_prefix(size + 1);
  }
}

} // namespace

std::vector<std::string_view> claims(std::span<const std::string> texts) {
  std::vector<std::string_view> found;
  for (const std::string_view text : texts)
    if (auto rest = text; is_version(take_field(rest)) && text.find(';') != std::string_view::npos)
      found.push_back(text);
  return found;
}

Result<Record> parse_record(std::string_view text) {
  if (text.size() > record_limit)
    return failure(ErrorKind::invalid, "the TLSRPT record is too large");
  if (!is_version(take_field(text)))
    return failure(ErrorKind::invalid, "the TLSRPT record does not begin with v=TLSRPTv1;");
  Record record;
  while (!text.empty()) {
    const auto field = take_field(text);
    if (field.empty() && text::trim(text).empty()) break;
    const auto equals = field.find('=');
    const auto name = text::trim(field.substr(0, equals));
    const auto value = equals == std::string_view::npos ? std::string_view()
                                                        : text::trim(field.substr(equals + 1));
    if (name == "rua") {
      if (!record.reports.empty())
        return failure(ErrorKind::invalid, "rua occurs twice in the TLSRPT record");
      MOX_TRY_ASSIGN(uris, parse_uris(value));
      record.reports = std::move(uris);
    } else if (is_extension_name(name) && is_extension_value(value)) {
      if (record.extensions.size() == field_limit)
        return failure(ErrorKind::invalid, "the TLSRPT record has too many fields");
      record.extensions.push_back({std::string(name), std::string(value)});
    } else {
      return failure(ErrorKind::invalid,
                     fmt::format("\"{}\" is no field of a TLSRPT record", printable(field)));
    }
  }
  if (record.reports.empty()) return failure(ErrorKind::invalid, "the TLSRPT record has no rua");
  return record;
}

std::string to_string(const Record& record) {
  std::string text = "v=TLSRPTv1; rua=";
  for (std::size_t i = 0; i < record.reports.size(); ++i)
    text += (i == 0 ? "" : ",") + record.reports[i];
  for (const auto& extension : record.extensions)
    text += fmt::format("; {}={}", extension.name, extension.value);
  return text;
}

} // namespace mox::tlsrpt
