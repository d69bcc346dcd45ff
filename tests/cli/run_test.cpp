#include "cli/run.h"
#include "sample.h"
#include "support/catch.h"

#include <cstdlib>

namespace mox::cli {
namespace {

// A stream whose text can be read: what run() printed.
class Captured {
public:
  Captured() : file_(open_memstream(&text_, &size_)) {}

  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;

  ~Captured() {
    std::fclose(file_);
    std::free(text_);
  }

  std::FILE* file() { return file_; }

  std::string text() {
    std::fflush(file_);
    return {text_, size_};
  }

private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

struct Outcome {
  int code;
  std::string output;
  std::string errors;
};

Outcome run_sample(const std::vector<std::string_view>& arguments) {
  Captured output;
  Captured errors;
  const int code = run(sample(), arguments, output.file(), errors.file());
  return {code, output.text(), errors.text()};
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

TEST_CASE("a right command line gives the command its values") {
  struct Row {
    const char* name;
    std::vector<std::string_view> arguments;
    const char* want;
  };

  const auto row = GENERATE(values<Row>({
      {"defaults", {"queue", "list"}, "--limit=100;--from=;--json=;"},
      {"value after a space", {"queue", "list", "--limit", "7"}, "--limit=7;--from=;--json=;"},
      {"value after =", {"queue", "list", "--limit=7"}, "--limit=7;--from=;--json=;"},
      {"one dash", {"queue", "list", "-limit", "7"}, "--limit=7;--from=;--json=;"},
      {"one dash and =", {"queue", "list", "-limit=-7"}, "--limit=-7;--from=;--json=;"},
      {"a negative number", {"queue", "list", "--limit", "-7"}, "--limit=-7;--from=;--json=;"},
      {"the last one counts",
       {"queue", "list", "--limit", "1", "-limit=2"},
       "--limit=2;--from=;--json=;"},
      {"an address",
       {"queue", "list", "--from", "\"a@b\"@c.example"},
       "--limit=100;--from=\"a@b\"@c.example;--json=;"},
      {"optional argument absent", {"queue", "dump", "3"}, "ID=3;FILE=;"},
      {"optional argument given", {"queue", "dump", "3", "out.eml"}, "ID=3;FILE=out.eml;"},
      {"a dash is an argument", {"queue", "dump", "3", "-"}, "ID=3;FILE=-;"},
      {"after -- all are arguments", {"queue", "dump", "3", "--", "--json"}, "ID=3;FILE=--json;"},
      {"a second -- is an argument", {"queue", "dump", "3", "--", "--"}, "ID=3;FILE=--;"},
      {"repeated argument",
       {"sort", "a.example", "x", "y z"},
       "--dir=;DOMAIN=a.example;FOLDER=x|y z;"},
      {"brackets stay", {"sort", "[::1]", "[a,b]"}, "--dir=;DOMAIN=[::1];FOLDER=[a,b];"},
      {"option between arguments",
       {"sort", "a.example", "-dir=d", "x"},
       "--dir=d;DOMAIN=a.example;FOLDER=x;"},
      {"option's value begins with a dash",
       {"sort", "-dir", "-d", "a.example", "x"},
       "--dir=-d;DOMAIN=a.example;FOLDER=x;"},
      {"global option before the words",
       {"-loglevel", "debug", "queue", "dump", "3"},
       "ID=3;FILE=;"},
      {"global option after the words", {"queue", "dump", "--loglevel=error", "3"}, "ID=3;FILE=;"},
  }));
  CAPTURE(row.name);
  const auto outcome = run_sample(row.arguments);
  CHECK(outcome.code == exit_done);
  CHECK(outcome.output == row.want);
  CHECK(outcome.errors.empty());
}

TEST_CASE("a wrong command line is explained") {
  struct Row {
    const char* name;
    std::vector<std::string_view> arguments;
    const char* want;
  };

  const auto row = GENERATE(values<Row>({
      {"nothing", {}, "post: no command given"},
      {"unknown command", {"zebra"}, "post: unknown command \"zebra\""},
      {"nearly a command", {"srot", "x"}, "post: unknown command \"srot\"; did you mean \"sort\"?"},
      {"only the group", {"queue"}, "post queue: this is a group: name one of its commands"},
      {"unknown member",
       {"queue", "lits"},
       "post queue: unknown command \"queue lits\"; did you mean \"queue list\"?"},
      {"unknown option", {"queue", "list", "--zebra"}, "post queue list: unknown option --zebra"},
      {"nearly an option",
       {"queue", "list", "-limt", "5"},
       "post queue list: unknown option --limt; did you mean \"--limit\"?"},
      {"unknown global option", {"--zebra", "sort"}, "post: unknown option --zebra"},
      {"another command's option",
       {"--limit", "5", "queue", "list"},
       "post: unknown option --limit"},
      {"no value",
       {"queue", "list", "--limit"},
       "post queue list: --limit needs a value: a whole number"},
      {"a flag with a value",
       {"queue", "list", "--json=yes"},
       "post queue list: --json takes no value"},
      {"not a number",
       {"queue", "list", "--limit=ten"},
       "post queue list: --limit must be a whole number, not \"ten\""},
      {"a number too long",
       {"queue", "list", "--limit=9223372036854775808"},
       "post queue list: --limit must be a whole number, not \"9223372036854775808\""},
      {"an empty number",
       {"queue", "list", "--limit="},
       "post queue list: --limit must be a whole number, not \"\""},
      {"not an address",
       {"queue", "list", "--from", "me"},
       "post queue list: --from must be an address like user@example.org, not \"me\""},
      {"an address without a localpart",
       {"queue", "list", "--from=@b"},
       "post queue list: --from must be an address like user@example.org, not \"@b\""},
      {"not one of the choices",
       {"--loglevel=wran", "sort", "a", "b"},
       "post sort: --loglevel must be one of error, info, debug, not \"wran\""},
      {"nearly one of the choices",
       {"--loglevel=eror", "sort", "a", "b"},
       "post sort: --loglevel must be one of error, info, debug, not \"eror\"; did you mean "
       "\"error\"?"},
      {"argument missing", {"queue", "dump"}, "post queue dump: ID is missing"},
      {"repeated argument missing", {"sort", "a.example"}, "post sort: FOLDER is missing"},
      {"number of a letter",
       {"queue", "dump", "0"},
       "post queue dump: ID must be the number of a message in the queue, not \"0\""},
      {"negative number of a letter",
       {"queue", "dump", "-1"},
       "post queue dump: ID must be the number of a message in the queue, not \"-1\""},
      {"not a domain",
       {"sort", "a b", "x"},
       "post sort: DOMAIN must be a domain like example.org, not \"a b\""},
      {"empty folder",
       {"sort", "a", ""},
       "post sort: FOLDER must be the path of a folder, not \"\""},
      {"too many",
       {"queue", "dump", "1", "f", "g"},
       "post queue dump: too many arguments, from \"g\" on"},
  }));
  CAPTURE(row.name);
  const auto outcome = run_sample(row.arguments);
  CHECK(outcome.code == exit_usage);
  CHECK(first_line(outcome.errors) == row.want);
  CHECK(outcome.errors.find("\n\nusage: post ") != std::string::npos);
  CHECK(outcome.output.empty());
}

TEST_CASE("the outcome of a command is the exit code") {
  CHECK(run_sample({"seven"}).code == 7);
  const auto failed = run_sample({"burn"});
  CHECK(failed.code == exit_failed);
  CHECK(failed.errors == "post burn: the disk is on fire\n");
  const auto thrown = run_sample({"crash"});
  CHECK(thrown.code == exit_failed);
  CHECK(thrown.errors == "post crash: a bug\n");
}

TEST_CASE("output that cannot be written is a failure") {
  std::FILE* full = std::fopen("/dev/full", "w");
  REQUIRE(full != nullptr);
  Captured errors;
  const std::vector<std::string_view> arguments = {"queue", "list"};
  CHECK(run(sample(), arguments, full, errors.file()) == exit_failed);
  CHECK(errors.text() == "post queue list: cannot write the output\n");
  std::fclose(full);
}

TEST_CASE("help is printed in whatever way it is asked for") {
  const auto want = run_sample({"queue", "list", "--help"}).output;
  CHECK(first_line(want) == "usage: post queue list [--limit N] [--from ADDRESS] [--json]");
  CHECK(want.find("at most N letters; default 100\n") != std::string::npos);
  CHECK(want.find("least level (error, info, debug); default info\n") != std::string::npos);
  CHECK(run_sample({"queue", "list", "-h"}).output == want);
  CHECK(run_sample({"queue", "list", "-limit", "3", "-help"}).output == want);
  CHECK(first_line(run_sample({"--help"}).output) == "usage: post [options] command ...");
  const auto group = run_sample({"queue", "-h"}).output;
  CHECK(first_line(group) == "usage: post queue ...");
  CHECK(group.find("  queue dump  print a letter\n") != std::string::npos);
}

TEST_CASE("help of words") {
  const auto help = [](std::vector<std::string> words) {
    Captured output;
    Captured errors;
    const int code = run_help(sample(), words, output.file(), errors.file());
    return Outcome{code, output.text(), errors.text()};
  };
  SECTION("of a command") {
    const auto outcome = help({"queue", "list"});
    CHECK(outcome.code == exit_done);
    CHECK(first_line(outcome.output) ==
          "usage: post queue list [--limit N] [--from ADDRESS] [--json]");
  }
  SECTION("of a beginning") {
    const auto outcome = help({"queue", "li"});
    CHECK(outcome.code == exit_done);
    CHECK(outcome.output == "  queue list  list letters\n");
  }
  SECTION("of something unknown") {
    const auto outcome = help({"queue", "lits"});
    CHECK(outcome.code == exit_usage);
    CHECK(outcome.errors == "queue lits: unknown command; did you mean \"queue list\"?\n");
    CHECK(outcome.output.empty());
  }
  SECTION("of nothing") {
    const auto outcome = help({});
    CHECK(outcome.code == exit_usage);
    CHECK(first_line(outcome.errors) == "usage: post [options] command ...");
    CHECK(outcome.errors.find("  queue dump  print a letter\n") != std::string::npos);
  }
}

TEST_CASE("a value that the command does not declare is a bug") {
  const auto program = sample();
  const Invocation invocation(program, program.commands[1], stdout, stderr);
  CHECK_THROWS_AS(invocation.text("--zebra"), std::logic_error);
  CHECK_THROWS_AS(invocation.given("--zebra"), std::logic_error);
  CHECK_THROWS_AS(invocation.argument("ZEBRA"), std::logic_error);
  CHECK(invocation.integer("--limit") == 100);
  CHECK_FALSE(invocation.integer("--from").has_value());
}

} // namespace
} // namespace mox::cli
