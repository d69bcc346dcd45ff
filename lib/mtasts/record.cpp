#include "mtasts/record.h"

#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace mox::mtasts {

namespace {

constexpr std::string_view version = "v=STSv1";
constexpr std::size_t longest_id = 32;
constexpr std::size_t longest_name = 32;
constexpr std::size_t most_extensions = 32;

std::string_view trim_wsp(std::string_view text) {
  while (!text.empty() && text::is_wsp(text.front())) text.remove_prefix(1);
  while (!text.empty() && text::is_wsp(text.back())) text.remove_suffix(1);
  return text;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, text::is_alnum);
}

// sts-ext-name = (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")
bool is_extension_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && text::is_alnum(text.front()) &&
         std::ranges::all_of(
             text, [](char c) { return text::is_alnum(c) || c == '_' || c == '-' || c == '.'; });
}

// sts-ext-value = 1*(%x21-3A / %x3C / %x3E-7E)
bool is_extension_value(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > 0x20 && c < 0x7f && c != ';' && c != '=';
  });
}

std::unexpected<Error> wrong(std::string_view what, std::string_view field) {
  std::string shown(field.substr(0, 80));
  std::ranges::replace_if(shown, [](char c) { return !text::is_printable(c); }, '?');
  return failure(ErrorKind::invalid, fmt::format("MTA-STS record: {}: \"{}\"", what, shown));
}

Result<dns::Name> below(std::string_view label, const dns::Name& domain) {
  return dns::parse_name(fmt::format("{}.{}", label, domain.ascii()), {.underscore = true});
}

} // namespace

Result<dns::Name> record_name(const dns::Name& domain) {
  return below("_mta-sts", domain);
}

Result<dns::Name> policy_host(const dns::Name& domain) {
  return below("mta-sts", domain);
}

bool is_record(std::string_view txt) {
  if (!txt.starts_with(version)) return false;
  txt.remove_prefix(version.size());
  return txt.empty() || txt.front() == ';' || text::is_wsp(txt.front());
}

// sts-text-record = sts-version 1*(sts-field-delim sts-field) [sts-field-delim]
// sts-field-delim = *WSP ";" *WSP
// sts-field       = sts-id / sts-extension
// sts-id          = %s"id=" 1*32(ALPHA / DIGIT)
Result<Record> parse_record(std::string_view txt) {
  if (!is_record(txt)) return wrong("it must begin with v=STSv1", txt);
  auto rest = trim_wsp(txt.substr(version.size()));
  if (!rest.starts_with(';')) return wrong("a semicolon is missing behind v=STSv1", txt);
  std::optional<Record> record;
  std::vector<std::pair<std::string, std::string>> extensions;
  while (!rest.empty()) {
    rest = trim_wsp(rest.substr(1)); // behind the semicolon
    if (rest.empty()) break;
    const auto end = std::min(rest.find(';'), rest.size());
    const auto field = trim_wsp(rest.substr(0, end));
    rest.remove_prefix(end);
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) return wrong("a field has no value", field);
    const auto name = field.substr(0, equals);
    const auto value = field.substr(equals + 1);
    if (name == "id") {
      if (!is_id(value)) return wrong("an id has 1 to 32 letters and digits", field);
      if (!record) record = Record{.id = std::string(value), .extensions = {}};
      continue;
    }
    if (!is_extension_name(name) || !is_extension_value(value))
      return wrong("a field is malformed", field);
    const bool again =
        std::ranges::any_of(extensions, [&](const auto& known) { return known.first == name; });
    if (again) continue;
    if (extensions.size() == most_extensions) return wrong("there are too many fields", field);
    extensions.emplace_back(name, value);
  }
  if (!record) return wrong("there is no id", txt);
  record->extensions = std::move(extensions);
  return *std::move(record);
}

std::string to_string(const Record& record) {
  auto text = fmt::format("{}; id={};", version, record.id);
  for (const auto& [name, value] : record.extensions) text += fmt::format(" {}={};", name, value);
  return text;
}

Result<Record, NoRecord> choose_record(std::span<const std::string> txts) {
  const std::string* only = nullptr;
  for (const auto& txt : txts) {
    if (!is_record(txt)) continue;
    if (only != nullptr)
      return failure(NoRecord{RecordProblem::several, "there are several MTA-STS records"});
    only = &txt;
  }
  if (only == nullptr)
    return failure(NoRecord{RecordProblem::none_found, "there is no MTA-STS record"});
  auto record = parse_record(*only);
  if (!record) return failure(NoRecord{RecordProblem::syntax, record.error().text});
  return *std::move(record);
}

} // namespace mox::mtasts
