#include "config/describe.h"
#include "config/files.h"
#include "config/man.h"
#include "config/rows.h"
#include "support/catch.h"

#include <ranges>
#include <set>
#include <string>
#include <string_view>

using namespace mox;
using namespace mox::config;

namespace {

// What is commented out taken in: "#name = value" and "#[table]".
std::string with_all_fields(const std::string& described) {
  std::string result;
  for (const auto part : std::views::split(described, '\n')) {
    const std::string_view line(part);
    const bool is_field = line.starts_with('#') && line.size() > 1 && line[1] != ' ';
    result += std::string(is_field ? line.substr(1) : line) + "\n";
  }
  return result;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

} // namespace

TEST_CASE("what is described can be used as it is") {
  const auto host = parse_static(describe(static_document), "/etc/mox/mox.toml");
  CAPTURE(host ? "" : to_string(host.error()));
  REQUIRE(host);
  const auto domains = parse_domains(describe(domains_document), "/etc/mox/domains.toml", *host);
  CAPTURE(domains ? "" : to_string(domains.error()));
  CHECK(domains);
  // Which of the secrets there is to be has to be said.
  const auto sendmail =
      parse_sendmail("password = \"x\"\n" + describe(sendmail_document), "/etc/mox/sendmail.toml");
  CAPTURE(sendmail ? "" : to_string(sendmail.error()));
  CHECK(sendmail);
}

TEST_CASE("what is described is TOML with all fields taken in too") {
  for (const auto* document : documents()) {
    const auto text = with_all_fields(describe(*document));
    CAPTURE(document->name, text);
    const auto tree = toml::parse(text);
    REQUIRE(tree);
    Findings findings("x", *tree);
    for (const auto& row : test::rows_of(*document)) {
      CAPTURE(test::name_of(row));
      const toml::Table* table = &*tree;
      const toml::Value* value = nullptr;
      for (const auto& name : test::way_to(row, &row.field())) {
        REQUIRE(table != nullptr);
        value = table->find(name);
        if (value == nullptr) break;
        const auto* list = std::get_if<toml::Array>(&value->data);
        table = std::get_if<toml::Table>(list != nullptr && !list->empty() ? &list->front().data
                                                                           : &value->data);
      }
      CHECK((value != nullptr) == !row.field().is_obsolete());
    }
  }
}

TEST_CASE("a description tells type, need, default and help") {
  const auto text = describe(static_document);
  CAPTURE(text);
  CHECK(text.starts_with("# mox.toml: static configuration of the mail server mox.\n#\n"));
  CHECK(text.find("\n# How much is logged.") != std::string::npos);
  CHECK(text.find("\n# Optional, by default \"info\": one of \"error\", \"warn\"") !=
        std::string::npos);
  CHECK(text.find("\n#log-level = \"info\"\n") != std::string::npos);
  CHECK(text.find("\nhostname = \"mx.example.org\"\n") != std::string::npos);
  CHECK(text.find("tell the postmaster.\n# Not supported yet. Optional, by default false: true or "
                  "false.\n#check-updates = false\n") != std::string::npos);
  CHECK(text.find("\n[listeners.public]\n") != std::string::npos);
  CHECK(text.find("\n#[[listeners.public.tls.key-certs]]\n") != std::string::npos);
  for (const auto part : std::views::split(text, '\n')) CHECK(std::string_view(part).size() <= 100);
}

TEST_CASE("the manual page has each row") {
  for (const auto* document : documents()) {
    const auto page = man_page(*document, "0.1.0", "2026-11-21");
    CAPTURE(document->name, page);
    CHECK(page.find(".TH ") != std::string::npos);
    CHECK(page.find(" 5 2026-11-21 \"mox 0.1.0\" \"mox\"\n") != std::string::npos);
    std::set<const Field*> fields;
    for (const auto& row : test::rows_of(*document)) fields.insert(&row.field());
    CHECK(count(page, ".TP\n") == fields.size());
  }
}
