// The fields of the reference implementation, as ../shared/spec/config.md tells of them: each has a
// row in our tables, and each row that names one is told of there.
#include "config/rows.h"
#include "support/catch.h"
#include "text/ascii.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <string_view>

using namespace mox;
using namespace mox::config;

namespace {

// What begins with a capital in the sections on fields and is none: words of prose, values, names
// of headers and protocols, types.
const std::set<std::string_view> other_words = {
    "ALPN",       "ASCII",      "Alias",    "Bcc",        "Behaviour",   "Both",
    "CAA",        "CRAM",       "Cc",       "Code",       "Content",     "DANE",
    "DNS",        "DNSBL",      "Date",     "Derived",    "Destination", "Drafts",
    "ECDSA",      "EHLO",       "EXTERNAL", "Each",       "Encrypt",     "Error",
    "First",      "HTTPS",      "IP",       "Id",         "In",          "Inbox",
    "Let",        "Listener",   "MD5",      "Mechanism",  "Message",     "MiB",
    "NAT",        "NFC",        "Names",    "No",         "P",           "PEM",
    "PKCS",       "PKCS8",      "PLAIN",    "PLUS",       "Parse",       "RCPT",
    "REQUIRETLS", "RSA",        "Received", "References", "Reply",       "ReportsOnly",
    "Required",   "Return",     "Route",    "Ruleset",    "SCRAM",       "SHA",
    "SNI",        "SPF",        "SRV",      "Selector",   "Signature",   "SpecifiedSMTPListenIPs",
    "Subject",    "TLSv1",      "TXT",      "To",         "Type",        "Warning",
    "WebHandler", "WebService", "X"};

std::optional<std::string> read_spec() {
  const std::string name = MOX_SHARED_VECTORS "/../spec/config.md";
  std::ifstream file(name, std::ios::binary);
  if (!file) {
    const char* const ci = std::getenv("CI");
    if (ci != nullptr && std::string_view(ci) == "true") FAIL("missing: " << name);
    WARN("skipped, missing: " << name);
    return std::nullopt;
  }
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The files have the sections 1, 2 and 8.
std::string sections_on_fields(std::string_view spec) {
  std::string text;
  bool wanted = false;
  for (const auto part : std::views::split(spec, '\n')) {
    const std::string_view line(part);
    if (!line.starts_with("##")) {
      if (wanted) text += std::string(line) + "\n";
      continue;
    }
    const auto number = line.substr(line.find_first_not_of("# "));
    wanted = number.starts_with("1.") || number.starts_with("2.") || number.starts_with("8.");
  }
  return text;
}

// Words with a capital at the beginning; "AdminHTTP/S" is two.
std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> names;
  while (!text.empty()) {
    const auto begin = std::ranges::find_if(text, text::is_alnum);
    text.remove_prefix(static_cast<std::size_t>(begin - text.begin()));
    const auto end = std::ranges::find_if_not(text, text::is_alnum);
    const std::string word(text.begin(), end);
    text.remove_prefix(word.size());
    if (word.empty() || word.front() < 'A' || word.front() > 'Z') continue;
    if (word != "S") names.insert(word);
    if (text.starts_with("/S") && (text.size() == 2 || !text::is_alnum(text[2])))
      names.insert(word + "S");
  }
  return names;
}

std::set<std::string> names_in_tables() {
  std::set<std::string> names;
  for (const auto* document : documents())
    for (const auto& row : test::rows_of(*document))
      if (!row.field().reference.empty()) names.emplace(row.field().reference);
  return names;
}

// "smtpmaxmessagesize": what two spellings of one name have in common.
std::string letters_of(std::string_view name) {
  std::string letters;
  std::ranges::copy_if(name, std::back_inserter(letters), text::is_alnum);
  return text::lower(letters);
}

} // namespace

TEST_CASE("each field of the reference has a row") {
  const auto spec = read_spec();
  if (!spec) return;
  const auto told = names_in(sections_on_fields(*spec));
  REQUIRE(told.size() > 200);
  const auto have = names_in_tables();
  for (const auto& name : told) {
    CAPTURE(name);
    CHECK(have.contains(name) != other_words.contains(name));
  }
}

TEST_CASE("each row that names a field of the reference names one that is told of") {
  const auto spec = read_spec();
  if (!spec) return;
  const auto told = names_in(sections_on_fields(*spec));
  for (const auto& name : names_in_tables()) {
    CAPTURE(name);
    CHECK(told.contains(name));
  }
  for (const auto word : other_words) {
    CAPTURE(word);
    CHECK(told.contains(std::string(word)));
  }
}

TEST_CASE("a field is called as in the reference, with small letters and dashes") {
  for (const auto* document : documents()) {
    for (const auto& row : test::rows_of(*document)) {
      const auto& field = row.field();
      if (field.reference.empty()) continue;
      CAPTURE(document->name, test::name_of(row), field.reference);
      CHECK(letters_of(field.name) == letters_of(field.reference));
    }
  }
}
