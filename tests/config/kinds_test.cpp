#include "config/kinds.h"
#include "config/rows.h"
#include "config/static.h"
#include "support/catch.h"

#include <map>
#include <set>

using namespace mox;
using namespace mox::config;

namespace {

struct Wrong {
  std::string value;
  std::string_view why = {}; // part of the reason, where it is not just what is allowed
};

struct KindRow {
  const Kind* kind;
  std::vector<std::string> right;
  std::vector<Wrong> wrong;
};

std::string quoted(std::size_t count, std::string_view unit) {
  std::string text = "\"";
  for (std::size_t i = 0; i < count; ++i) text += unit;
  return text + "\"";
}

const std::vector<KindRow>& kind_rows() {
  static const std::vector<KindRow> rows = {
      {&kinds::text, {"\"\"", "\"ü, x\""}, {{"1"}, {R"("a\nb")"}, {R"("a\u007f")"}}},
      {&kinds::printable, {"\"\"", quoted(256, "x")}, {{quoted(257, "x")}, {"\"ü\""}, {"true"}}},
      {&kinds::secret, {"\"x\""}, {{"\"\""}, {"7"}}},
      {&kinds::path, {"\"a\"", "\"/a\"", "\"../a\""}, {{"\"\""}, {"1"}, {R"("a\u0000")"}}},
      {&kinds::absolute_path, {"\"/a\""}, {{"\"a\""}, {"1"}, {"\"\""}}},
      {&kinds::url,
       {"\"http://x/\"", "\"https://x:1/y?z\""},
       {{"\"ftp://x\""}, {"\"https://\""}, {"\"https:///x\""}, {"\"https://x y\""}, {"1"}}},
      {&kinds::url_path, {"\"/\"", "\"/a\""}, {{"\"a\""}, {"\"\""}, {"\"/a b\""}, {"1"}}},
      {&kinds::regexp, {"\"^a$\""}, {{"1"}}},
      {&kinds::name,
       {"\"a-b_c.1\""},
       {{"\"\""}, {"\"a b\""}, {"\"ü\""}, {quoted(256, "x")}, {"1"}}},
      {&kinds::ed25519_seed,
       {"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""},
       {{"\"AAAA\""}, {"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""}, {"1"}}},
      {&kinds::boolean, {"true", "false"}, {{"\"true\""}, {"1"}}},
      {&kinds::integer, {"0", "9223372036854775807"}, {{"-1"}, {"\"1\""}, {"1.0"}}},
      {&kinds::number, {"0.5", "1"}, {{"\"1\""}}},
      {&kinds::port, {"1", "65535"}, {{"0"}, {"65536"}, {"-1"}, {"\"25\""}}},
      {&kinds::size,
       {"0", "100", "\"100MiB\"", "\"1B\""},
       {{"-1"}, {"\"-1\""}, {"\"100\""}, {"\"1MB\""}, {"\"MiB\""}, {"\"1GiB1\""}, {"1.5"}}},
      {&kinds::size_or_unlimited, {"-1", "0", "\"1TiB\""}, {{"\"none\""}, {"true"}}},
      {&kinds::duration,
       {"\"15s\"", "\"1h30m\"", "\"0s\""},
       {{"15"}, {"\"15\""}, {"\"\""}, {"\"-1s\""}, {"\"1s \""}, {"\"1y\""}}},
      {&kinds::domain,
       {"\"example.org\"", "\"stra\u00dfe.example\"", "\"localhost\""},
       {{"\"Example.org\"", "must be written \"example.org\""},
        {"\"xn--strae-oqa.example\"", "must be written \"straße.example\""},
        {"\"a..b\"", "domain name has an empty label"},
        {"\"\"", "domain name"},
        {"\"-a.b\"", "hyphen"},
        {"\"a_b.c\"", "not allowed"},
        {"\"example.org.\"", "empty label"},
        {"1"}}},
      {&kinds::host, {"\"a.b\"", "\"192.0.2.1\"", "\"::1\""}, {{"\"a b\""}, {"\"\""}, {"1"}}},
      {&kinds::host_port,
       {"\"a:1\"", "\"192.0.2.1:1\"", "\"[::1]:1080\""},
       {{"\"a\""}, {"\"a:\""}, {"\":1\""}, {"\"a:0\""}, {"\"a:65536\""}, {"1"}}},
      {&kinds::resolver,
       {"\"validating\"", "\"system\"", "\"validating@[::1]:5353\"", "\"192.0.2.1\""},
       {{"\"\""}, {"\"Validating\""}, {"\"validating@\""}, {"\"192.0.2.1:0\""}, {"1"}}},
      {&kinds::ip, {"\"192.0.2.1\"", "\"::\""}, {{"\"a\""}, {"\"192.0.2\""}, {"\"[::1]\""}, {"1"}}},
      {&kinds::address,
       {"\"mjl@example.org\"", R"("\"a b\"@example.org")", "\"ü@straße.example\""},
       {{"\"mjl\"", "is not allowed"},
        {"\"@example.org\"", "localpart"},
        {"\"mjl@Example.org\"", "must be written \"mjl@example.org\""},
        {"\"mjl@xn--strae-oqa.example\"", "must be written \"mjl@straße.example\""},
        {"\"a b@example.org\"", "localpart"},
        {"1"}}},
      {&kinds::destination,
       {"\"mjl@example.org\"", "\"@example.org\""},
       {{"\"mjl\"", "write the whole address"},
        {"\"@\"", "domain name"},
        {"\"@Example.org\"", "must be written \"example.org\""},
        {"\"mjl@Example.org\"", "must be written \"mjl@example.org\""},
        {"1"}}},
      {&kinds::localpart,
       {"\"a\"", R"("\"a b\"")"},
       {{"\"a@b\"", "localpart"}, {"\"\"", "missing"}, {"1"}}},
      {&kinds::separator,
       {"\"+\"", "\"--\""},
       {{"\"\""}, {"\"a\""}, {"\"@\""}, {quoted(17, "+")}, {"1"}}},
      {&kinds::mailbox,
       {"\"Inbox\"", "\"inbox\"", "\"Lists/a\""},
       {{"\"\"", "empty"},
        {"\"a//b\"", "empty level"},
        {"\"#a\"", "begins with #"},
        {"\"a/..\"", "level"},
        {R"("a\u0001")", "control"},
        {R"("u\u0308")", "must be written \"ü\""},
        {"1"}}},
      {&kinds::initial_mailbox,
       {"\"Sent\""},
       {{"\"INBOX\"", "always there"}, {"\"a/b\"", "inside another"}, {"\"\"", "empty"}, {"1"}}},
      {&kinds::special_mailbox, {"\"\"", "\"Sent\""}, {{"\"Inbox\"", "always there"}, {"1"}}},
      {&kinds::account,
       {"\"mjl\"", "\"ü x\""},
       {{"\"\""}, {"\" a\""}, {"\"a \""}, {"\"a/b\""}, {R"("a\n")"}, {quoted(256, "x")}, {"1"}}},
      {&kinds::user, {"\"www-data\""}, {{"\"\""}, {"\"a/b\""}, {"1"}}},
      {&kinds::smtp_error,
       {"\"421\"", "\"550 no longer here\""},
       {{"\"\""}, {"\"451 x\""}, {"\"550x\""}, {"\"550 ü\""}, {quoted(86, "550 ")}, {"550"}}},
      {&kinds::capability,
       {"\"NOTIFY\"", "\"UTF8=ACCEPT\""},
       {{"\"notify\"", "must be written \"NOTIFY\""},
        {"\"NOTIFI\"", "is no IMAP capability that can be left out; did you mean \"NOTIFY\"?"},
        {"\"condstor\"", "did you mean \"CONDSTORE\"?"},
        {"\"IMAP4REV1\"", "is no IMAP capability that can be left out"},
        {"\"\"", "is no IMAP capability"},
        {"\"A B\"", "is no IMAP capability"},
        {"1"}}},
      {&kinds::log_level,
       {"\"error\"", "\"tracedata\""},
       {{"\"loud\"", "is not one of"}, {"\"Info\""}, {"3"}}},
      {&kinds::tls_version, {"\"TLSv1.0\"", "\"TLSv1.3\""}, {{"\"1.2\""}, {"1.2"}}},
      {&kinds::sasl_mechanism, {"\"\"", "\"SCRAM-SHA-256-PLUS\""}, {{"\"LOGIN\""}, {"1"}}},
      {&kinds::require_tls, {"\"\"", "\"yes\"", "\"no\""}, {{"true"}, {"\"maybe\""}}},
      {&kinds::hash, {"\"sha256\""}, {{"\"md5\""}, {"1"}}},
      {&kinds::mta_sts_mode, {"\"enforce\""}, {{"\"on\""}, {"1"}}},
      {&kinds::webhook_event, {"\"failed\""}, {{"\"lost\""}, {"1"}}},
      {&kinds::web_service, {"\"webmail\""}, {{"\"web\""}, {"1"}}},
  };
  return rows;
}

std::expected<Scalar, std::string> read(const Kind& kind, const std::string& value) {
  const auto tree = toml::parse("x = " + value);
  REQUIRE(tree);
  return kind.read(kind, tree->members[0].value, "/etc/mox");
}

} // namespace

TEST_CASE("each kind takes what is right and says what is wrong") {
  for (const auto& row : kind_rows()) {
    CAPTURE(row.kind->word, allowed(*row.kind));
    for (const auto& value : row.right) {
      CAPTURE(value);
      const auto scalar = read(*row.kind, value);
      CAPTURE(scalar ? "" : scalar.error());
      CHECK(scalar.has_value());
    }
    for (const auto& [value, why] : row.wrong) {
      CAPTURE(value);
      const auto scalar = read(*row.kind, value);
      REQUIRE_FALSE(scalar.has_value());
      CAPTURE(scalar.error());
      if (why.empty() || why == "is not one of") {
        CHECK(scalar.error().empty());
      } else {
        CHECK(scalar.error().find(why) != std::string::npos);
      }
    }
    for (const auto* value : {"1979-05-27", "[]", "{}"}) {
      CAPTURE(value);
      CHECK_FALSE(read(*row.kind, value).has_value());
    }
  }
}

TEST_CASE("every kind of the tables is tested above") {
  std::set<const Kind*> tested;
  for (const auto& row : kind_rows()) {
    tested.insert(row.kind);
    CHECK_FALSE(row.right.empty());
    CHECK_FALSE(row.wrong.empty());
  }
  for (const auto* document : documents()) {
    for (const auto& row : test::rows_of(*document)) {
      CAPTURE(test::name_of(row));
      if (row.field().kind != nullptr) CHECK(tested.contains(row.field().kind));
      if (row.field().key != nullptr) CHECK(tested.contains(row.field().key));
    }
  }
}

TEST_CASE("the words of choices are in the order of their enumerators") {
  for (std::size_t i = 0; i < kinds::log_level.choices.size(); ++i)
    CHECK(log::to_string(static_cast<log::Level>(i)) == kinds::log_level.choices[i]);
  CHECK(kinds::log_level.choices.size() == log::level_count);
  CHECK(kinds::tls_version.choices[static_cast<std::size_t>(TlsVersion::tls1_2)] == "TLSv1.2");
  CHECK(kinds::tls_version.choices[static_cast<std::size_t>(TlsVersion::tls1_3)] == "TLSv1.3");
}

TEST_CASE("values become what they stand for") {
  CHECK(std::get<std::int64_t>(*read(kinds::size, "\"100MiB\"")) == 104857600);
  CHECK(std::get<std::chrono::milliseconds>(*read(kinds::duration, "\"72h\"")) ==
        std::chrono::hours(72));
  CHECK(std::get<std::string>(*read(kinds::mailbox, "\"inBOX/a\"")) == "Inbox/a");
  CHECK(std::get<std::filesystem::path>(*read(kinds::path, "\"../x/./y\"")) == "/etc/x/y");
  CHECK(std::get<std::filesystem::path>(*read(kinds::path, "\"/y\"")) == "/y");
  CHECK(std::get<dns::Name>(*read(kinds::domain, "\"straße.example\"")).ascii() ==
        "xn--strae-oqa.example");
  CHECK(std::get<double>(*read(kinds::number, "2")) == 2.0);
  CHECK(std::get<std::string>(*read(kinds::destination, "\"MJL@example.org\"")) ==
        "MJL@example.org");
}

TEST_CASE("values are shown shortened, and secrets not at all") {
  const auto shown_of = [](const Kind& kind, const std::string& value) {
    const auto tree = toml::parse("x = " + value);
    REQUIRE(tree);
    return shown(kind, tree->members[0].value);
  };
  CHECK(shown_of(kinds::text, "\"a\\nb\"") == "\"a\\nb\"");
  CHECK(shown_of(kinds::text, quoted(81, "x")) == quoted(80, "x") + "…");
  CHECK(shown_of(kinds::text, "-7") == "-7");
  CHECK(shown_of(kinds::text, "1.5") == "1.5");
  CHECK(shown_of(kinds::text, "false") == "false");
  CHECK(shown_of(kinds::text, "[1]") == "a list");
  CHECK(shown_of(kinds::text, "{}") == "a table");
  CHECK(shown_of(kinds::text, "1979-05-27") == "a date or time");
  CHECK(shown_of(kinds::secret, "\"hunter2\"").find("hunter2") == std::string::npos);
  CHECK(shown_of(kinds::ed25519_seed, "\"hunter2\"").find("hunter2") == std::string::npos);
}
