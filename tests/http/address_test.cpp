// Paths, queries and hosts.
#include "http/host.h"
#include "http/query.h"
#include "http/route.h"
#include "support/catch.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;

TEST_CASE("percent-encoding") {
  struct Row {
    std::string_view text;
    std::optional<std::string> want;
  };

  const std::vector<Row> rows = {
      {"", ""},
      {"a+b", "a+b"},
      {"a%20b", "a b"},
      {"%41%c3%A4", "Aä"},
      {"%00", std::string("\0", 1)},
      {"%", std::nullopt},
      {"%4", std::nullopt},
      {"a%4", std::nullopt},
      {"%4g", std::nullopt},
      {"%%41", std::nullopt},
      {"%+1", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto decoded = http::percent_decode(row.text);
    CHECK(decoded.has_value() == row.want.has_value());
    if (decoded && row.want) CHECK(*decoded == *row.want);
    if (!decoded) CHECK(decoded.error().kind == ErrorKind::invalid);
  }
}

TEST_CASE("queries") {
  struct Row {
    std::string query;
    std::optional<std::string> want; // name=value; for each
  };

  std::string most;
  for (std::size_t i = 0; i < http::max_query_fields; ++i) most += "&a";
  const std::vector<Row> rows = {
      {"", ""},
      {"a=1&b=x+y%21", "a=1;b=x y!;"},
      {"a", "a=;"},
      {"&&a=&", "a=;"},
      {"a=b=c", "a=b=c;"},
      {"a=1&a=2", "a=1;a=2;"},
      {"%61%3d=%26", "a==&;"},
      {"a=%2B", "a=+;"},
      {"a=%ff", std::nullopt},
      {"%ff=a", std::nullopt},
      {"a=%00", std::nullopt},
      {"a=%", std::nullopt},
      {"%=a", std::nullopt},
      {most + "&a", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.query);
    const auto fields = http::parse_query(row.query);
    CHECK(fields.has_value() == row.want.has_value());
    if (!fields) {
      CHECK(fields.error().kind == ErrorKind::invalid);
      continue;
    }
    std::string got;
    for (const auto& field : *fields) got += field.name + "=" + field.value + ";";
    if (row.want) CHECK(got == *row.want);
  }
  CHECK(http::parse_query(most)->size() == http::max_query_fields);
}

TEST_CASE("paths fit patterns") {
  using Segments = std::vector<std::string>;

  struct Row {
    std::string_view pattern;
    std::string_view path;
    std::optional<Segments> want;
  };

  const std::vector<Row> rows = {
      {"/", "/", Segments{}},
      {"/", "", std::nullopt},
      {"/", "//", std::nullopt},
      {"/a/b", "/a/b", Segments{}},
      {"/a/b", "/a/b/", std::nullopt},
      {"/a/b", "/a", std::nullopt},
      {"/a/b", "/a/c", std::nullopt},
      {"/a/b", "/a/%62", std::nullopt},
      {"/a/b", "a/b", std::nullopt},
      {"/a/{id}", "/a/1", Segments{"1"}},
      {"/a/{id}", "/a/", std::nullopt},
      {"/a/{id}", "/a/1/2", std::nullopt},
      {"/a/{id}", "/a/1%2f2", Segments{"1/2"}},
      {"/a/{id}", "/a/%zz", std::nullopt},
      {"/a/{id}/b/{n}", "/a/1/b/+", Segments{"1", "+"}},
      {"/a/{id}/b/{n}", "/a/1/c/2", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern, row.path);
    CHECK(http::match_path(row.pattern, row.path) == row.want);
  }
}

TEST_CASE("routes: the first that fits, or what the path has") {
  using Route = http::Route<int>;
  constexpr std::array routes = {
      Route{"GET", "/a", 1},         Route{"PUT", "/a", 2},      Route{"GET", "/a/newest", 3},
      Route{"DELETE", "/a/{id}", 4}, Route{"GET", "/a/{id}", 5},
  };

  struct Row {
    std::string_view method;
    std::string_view path;
    int want; // 0: none
    std::string allow;
  };

  const std::vector<Row> rows = {
      {"GET", "/a", 1, ""},        {"HEAD", "/a", 1, ""},
      {"PUT", "/a", 2, ""},        {"get", "/a", 0, "GET, HEAD, PUT"},
      {"GET", "/a/newest", 3, ""}, {"GET", "/a/x", 5, ""},
      {"DELETE", "/a/x", 4, ""},   {"POST", "/a/x", 0, "DELETE, GET, HEAD"},
      {"GET", "/b", 0, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.method, row.path);
    const auto found = http::find_route(std::span<const Route>(routes), row.method, row.path);
    CHECK(found.has_value() == (row.want != 0));
    if (found)
      CHECK(found->target == row.want);
    else
      CHECK(found.error().allow == row.allow);
  }
}

TEST_CASE("hosts: their names, and which are safe from DNS") {
  struct Row {
    std::string_view host;
    std::optional<std::string> name;
    bool safe = false;
  };

  const std::vector<Row> rows = {
      {"localhost", "localhost", true},
      {"LocalHost:1080", "localhost", true},
      {"localhost.", "localhost.", true},
      {"a.localhost:1", "a.localhost", true},
      {"127.0.0.1:1080", "127.0.0.1", true},
      {"192.0.2.1", "192.0.2.1", true},
      {"[::1]:1080", "::1", true},
      {"[2001:DB8::1]", "2001:db8::1", true},
      {"localhost:", "localhost", true},
      {"example.org", "example.org"},
      {"notlocalhost", "notlocalhost"},
      {"localhost.example.org", "localhost.example.org"},
      {"127.0.0.1.example.org", "127.0.0.1.example.org"},
      {"1.2.3", "1.2.3"},
      {"", std::nullopt},
      {":80", std::nullopt},
      {"a:b", std::nullopt},
      {"a:123456", std::nullopt},
      {"a b", std::nullopt},
      {"a/b", std::nullopt},
      {"a@b", std::nullopt},
      {"::1", std::nullopt},
      {"[::1", std::nullopt},
      {"[::1]1", std::nullopt},
      {"[127.0.0.1]", std::nullopt},
      {"[x]", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host);
    const auto name = http::host_name(row.host);
    CHECK(name == row.name);
    if (name) CHECK(http::is_safe_host(*name) == row.safe);
  }
}
