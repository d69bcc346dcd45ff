#include "config/domains.h"
#include "config/reader.h"
#include "config/rows.h"
#include "config/sendmail.h"
#include "config/static.h"
#include "support/catch.h"
#include "text/ascii.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

using namespace mox;
using namespace mox::config;
using test::Row;
using test::Standing;
using How = Standing::How;

namespace {

constexpr auto no_kind_takes = "1979-05-27"; // a date

std::vector<Problem> problems_in(const Document& document, std::string_view text) {
  const auto tree = toml::parse(text);
  REQUIRE(tree);
  Findings findings("x.toml", *tree);
  if (&document == &static_document) {
    Static config;
    read_table(*document.fields, *tree, &config, "/etc/mox", findings);
  } else if (&document == &domains_document) {
    Domains config;
    read_table(*document.fields, *tree, &config, "/etc/mox", findings);
  } else {
    Sendmail config;
    read_table(*document.fields, *tree, &config, "/etc/mox", findings);
  }
  return findings.take();
}

std::string told(const std::vector<Problem>& problems, const std::string& field) {
  std::string told;
  for (const auto& problem : problems)
    if (problem.field == field) told += problem.text + "\n";
  return told;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Values for the field, as they are written: those of its kind, in its shape.
std::vector<std::string> other_values(const Field& field) {
  std::vector<std::string> values = {"true",
                                     "1025",
                                     "\"2GiB\"",
                                     "\"other.example\"",
                                     "\"x\"",
                                     "\"::1\"",
                                     "\"x@y.example\"",
                                     "\"TLSv1.3\"",
                                     "\"=\"",
                                     "\"debug\"",
                                     "\"550 moved\"",
                                     "\"/x\"",
                                     "\"X\"",
                                     "\"PLAIN\"",
                                     "\"yes\"",
                                     "\"IDLE\"",
                                     "\"sha1\"",
                                     "\"system\"",
                                     "\"72h\"",
                                     "\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""};
  std::erase_if(values, [&](const std::string& text) {
    const auto tree = toml::parse("x = " + text);
    return !field.kind->read(*field.kind, tree.value().members[0].value, "/");
  });
  for (auto& value : values) {
    if (field.shape == Shape::list) value = fmt::format("[{}]", value);
    if (field.shape == Shape::map) value = fmt::format("{{ x = {} }}", value);
    if (field.shape == Shape::map_of_lists) value = fmt::format("{{ x = [{}] }}", value);
  }
  return values;
}

// Secrets cannot be compared, but their bytes can.
auto parts(const Sendmail& s) {
  return std::tuple(s.submit_socket, s.local_hostname, s.host, s.port, s.tls, s.starttls,
                    s.tls_insecure_skip_verify, s.username, std::string(s.password.view()),
                    std::string(s.client_auth_ed25519_private_key.view()),
                    s.client_auth_cert_private_key_pem_file, s.auth_method, s.from,
                    s.default_destination, s.require_tls);
}

bool same(const Sendmail& a, const Sendmail& b) {
  return parts(a) == parts(b);
}

template <class T> bool same(const T& a, const T& b) {
  return a == b;
}

template <class T> T read_as(const Document& document, const std::string& text) {
  const auto tree = toml::parse(text);
  REQUIRE(tree);
  Findings findings("x.toml", *tree);
  T config;
  read_table(*document.fields, *tree, &config, "/etc/mox", findings);
  return config;
}

// Whether some value of the row reaches the struct.
template <class T> bool is_stored(const Document& document, const Row& row) {
  const auto without = read_as<T>(document, file_with(document, row, {How::left_out}));
  if (row.field().table != nullptr) return true; // its fields are rows too
  return std::ranges::any_of(other_values(row.field()), [&](const std::string& value) {
    const auto with = read_as<T>(document, file_with(document, row, {How::value, value}));
    return !same(with, without);
  });
}

bool is_stored(const Document& document, const Row& row) {
  if (&document == &static_document) return is_stored<Static>(document, row);
  if (&document == &domains_document) return is_stored<Domains>(document, row);
  return is_stored<Sendmail>(document, row);
}

std::string_view wanted_of(const Field& field) {
  if (field.key != nullptr) return "must be a table: a table like [";
  if (field.shape == Shape::list)
    return field.table == nullptr ? " is not a list, for example " : "must be a list of tables: ";
  return field.table == nullptr ? " is not " : "must be a table: a table like [";
}

bool is_kebab(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || text::is_digit(c) || c == '-';
  };
  return !name.empty() && std::ranges::all_of(name, is_allowed) && !name.starts_with('-') &&
         !name.ends_with('-') && name.find("--") == std::string_view::npos;
}

} // namespace

TEST_CASE("each row says what is needed") {
  for (const auto* document : documents()) {
    for (const auto& row : test::rows_of(*document)) {
      CAPTURE(document->name, test::name_of(row));
      const auto& field = row.field();
      CHECK(is_kebab(field.name));
      CHECK((field.kind == nullptr) != (field.table == nullptr));
      const bool is_map = field.shape == Shape::map || field.shape == Shape::map_of_lists;
      CHECK((field.key != nullptr) == is_map);
      CHECK(field.key_example.empty() != is_map);
      CHECK(field.help.ends_with('.'));
      CHECK_FALSE((field.need == Need::required && !field.default_value.empty()));
      if (field.kind == nullptr) continue;
      CHECK_FALSE(field.kind->word.empty());
      CHECK_FALSE(allowed(*field.kind).empty());
      CHECK_FALSE(field.shown().empty());
    }
  }
}

TEST_CASE("a table has each name once, and excludes what it has") {
  for (const auto* document : documents()) {
    for (const auto& row : test::rows_of(*document)) {
      const auto* structure = row.field().table;
      if (structure == nullptr) continue;
      CAPTURE(document->name, test::name_of(row));
      std::set<std::string_view> names;
      for (const auto& field : structure->fields) {
        CAPTURE(field.name);
        CHECK(names.insert(field.name).second);
        if (!field.excludes.empty()) CHECK(structure->find(field.excludes) != nullptr);
      }
    }
  }
}

TEST_CASE("defaults and examples are values of their kinds") {
  for (const auto* document : documents()) {
    for (const auto& row : test::rows_of(*document)) {
      const auto& field = row.field();
      if (field.kind == nullptr) continue;
      for (const auto text : {field.default_value, field.example}) {
        if (text.empty()) continue;
        CAPTURE(document->name, test::name_of(row), text);
        // As the row of a table that is read, whether or not this one is.
        static std::optional<Scalar> taken;
        taken.reset();
        auto copy = field;
        copy.store = {.set = [](void* /*object*/, const Scalar* /*key*/,
                                Scalar value) { taken = std::move(value); },
                      .open = [](void* object, const Scalar* /*key*/) { return object; }};
        copy.instead = {};
        copy.need = Need::optional;
        const auto tree = toml::parse(fmt::format("{} = {}", field.name, text));
        REQUIRE(tree);
        Findings findings("x.toml", *tree);
        read_table(Structure{{&copy, 1}}, *tree, nullptr, "/", findings);
        CHECK(to_string(findings.take()).empty());
        CHECK(taken.has_value() == (text != "[]" && text != "{}"));
      }
    }
  }
}

TEST_CASE("each row is taken when it is right") {
  for (const auto* document : documents()) {
    for (const auto& row : test::rows_of(*document)) {
      if (row.unsupported() != nullptr) continue;
      CAPTURE(document->name, test::name_of(row));
      const bool is_table = row.field().table != nullptr;
      const auto standing =
          is_table ? Standing{How::table} : Standing{How::value, row.field().shown()};
      const auto text = file_with(*document, row, standing);
      CAPTURE(text);
      CHECK(to_string(problems_in(*document, text)).empty());
      CHECK(is_stored(*document, row));
    }
  }
}

TEST_CASE("each row is refused when it is wrong") {
  for (const auto* document : documents()) {
    for (const auto& row : test::rows_of(*document)) {
      if (row.unsupported() != nullptr) continue;
      CAPTURE(document->name, test::name_of(row));
      const auto text = file_with(*document, row, {How::value, no_kind_takes});
      CAPTURE(text);
      const auto problems = problems_in(*document, text);
      const auto what = told(problems, test::name_of(row));
      CAPTURE(to_string(problems));
      CHECK(has(what, wanted_of(row.field())));
      CHECK(problems.front().place.line > 0);
    }
  }
}

TEST_CASE("each row that is required is missed") {
  for (const auto* document : documents()) {
    for (const auto& row : test::rows_of(*document)) {
      if (row.unsupported() != nullptr) continue;
      CAPTURE(document->name, test::name_of(row));
      const auto text = file_with(*document, row, {How::left_out});
      CAPTURE(text);
      const auto what = told(problems_in(*document, text), test::name_of(row));
      CHECK(what.starts_with("missing: ") == (row.field().need == Need::required));
    }
  }
}

TEST_CASE("each row whose feature is not there is refused") {
  for (const auto* document : documents()) {
    for (const auto& row : test::rows_of(*document)) {
      const auto* refused = row.unsupported();
      if (refused == nullptr) continue;
      CAPTURE(document->name, test::name_of(row));
      const bool is_table = row.field().table != nullptr;
      const auto standing =
          is_table ? Standing{How::table} : Standing{How::value, row.field().shown()};
      const auto text = file_with(*document, row, standing);
      CAPTURE(text);
      const auto what = told(problems_in(*document, text), field_name(test::way_to(row, refused)));
      CHECK(has(what, refused->is_obsolete() ? refused->instead : "not supported yet"));
    }
  }
}
