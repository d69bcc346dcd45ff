#include "sendmail/arguments.h"
#include "sendmail/exit_code.h"
#include "sendmail/flags.h"
#include "support/catch.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

using namespace mox;
using namespace mox::sendmail;

namespace {

using Words = std::vector<std::string_view>;

Result<Arguments> parse(const Words& words, std::string_view program = "/usr/sbin/sendmail") {
  return parse_arguments(program, words);
}

std::string error_of(const Words& words, std::string_view program = "sendmail") {
  const auto arguments = parse(words, program);
  return arguments ? "" : arguments.error().text;
}

std::vector<std::string> recipients_of(const Words& words) {
  const auto arguments = parse(words);
  REQUIRE(arguments);
  return arguments->recipients;
}

struct Row {
  std::vector<Words> spellings;                // that mean the same, each with a recipient "x"
  std::function<bool(const Arguments&)> holds; // for each of them
};

const auto nothing_changed = [](const Arguments& a) {
  return a.mode == Mode::send && !a.recipients_from_header && !a.dots_are_text && !a.sender &&
         a.full_name.empty() && a.reports == ReportWishes{} && !a.verbose;
};

std::map<std::string, Row> sending_rows() {
  const auto dots = [](const Arguments& a) { return a.dots_are_text; };
  const auto from = [](const Arguments& a) { return a.sender == "a@b"; };
  std::map<std::string, Row> rows{
      {"-t",
       {{{"-t", "x"}, {"x", "-t"}, {"-vt", "x"}, {"-ti", "x"}},
        [](const Arguments& a) { return a.recipients_from_header; }}},
      {"-i", {{{"-i", "x"}, {"-ti", "x"}, {"-it", "x"}, {"-vi", "x"}}, dots}},
      {"-oi", {{{"-oi", "x"}, {"-o", "i", "x"}, {"x", "-oi"}}, dots}},
      {"-oitrue", {{{"-oitrue", "x"}}, dots}},
      {"-f", {{{"-fa@b", "x"}, {"-f", "a@b", "x"}, {"-tfa@b", "x"}, {"-if", "a@b", "x"}}, from}},
      {"-r", {{{"-ra@b", "x"}, {"-r", "a@b", "x"}}, from}},
      {"-F",
       {{{"-FJane Doe", "x"}, {"-F", "Jane Doe", "x"}, {"-iFJane Doe", "x"}},
        [](const Arguments& a) { return a.full_name == "Jane Doe"; }}},
      {"-bm", {{{"-bm", "x"}, {"-b", "m", "x"}, {"-bs", "-bm", "x"}}, nothing_changed}},
      {"-N",
       {{{"-Nsuccess,DELAY", "x"}, {"-N", "delay,success", "x"}},
        [](const Arguments& a) {
          return a.reports.notify == Notify{.success = true, .delay = true};
        }}},
      {"-R",
       {{{"-Rhdrs", "x"}, {"-R", "HDRS", "x"}},
        [](const Arguments& a) { return a.reports.returned == Returned::headers; }}},
      {"-V",
       {{{"-Vid 7", "x"}, {"-V", "id 7", "x"}},
        [](const Arguments& a) { return a.reports.envelope_id == "id 7"; }}},
      {"-O",
       {{{"-O", "IgnoreDots=True", "x"}, {"-OIgnoreDots", "x"}, {"-O", "ignoredots=", "x"}}, dots}},
      {"-v", {{{"-v", "x"}, {"-vv", "x"}}, [](const Arguments& a) { return a.verbose; }}},
      {"-o",
       {{{"-oem", "x"},
         {"-odb", "x"},
         {"-odi", "x"},
         {"-odq", "x"},
         {"-oQ/var/q", "x"},
         {"-o", "em", "x"},
         {"-oT5d", "x"}},
        nothing_changed}},
      {"-e", {{{"-em", "x"}, {"-e", "m", "x"}}, nothing_changed}},
      {"-d", {{{"-d", "x"}, {"-d0-99.1", "x"}}, nothing_changed}},
  };
  return rows;
}

// Flags without effect, by the words that belong to them.
std::vector<Words> spellings_of(const Flag& flag) {
  const auto name = flag.name;
  static std::vector<std::string> attached; // keeps what the words view
  attached.reserve(200);
  attached.push_back(std::string(name) + "value");
  const std::string_view with_value = attached.back();
  switch (flag.takes) {
  case Takes::nothing: return {{name, "x"}, {"x", name}};
  case Takes::attached: return {{name, "x"}, {with_value, "x"}};
  case Takes::number: return {{name, "x"}, {name, "30m", "x"}, {with_value, "x"}};
  case Takes::value: return {{name, "value", "x"}, {name, "-value", "x"}, {with_value, "x"}};
  }
  return {};
}

} // namespace

TEST_CASE("each flag of the table takes the words that belong to it, and leaves the recipient") {
  const auto rows = sending_rows();
  std::size_t seen = 0;
  for (const Flag& flag : flags()) {
    CAPTURE(flag.name);
    const auto found = rows.find(std::string(flag.name));
    if (found == rows.end() && flag.meaning != Meaning::ignored) continue; // has a test below
    const Row row = found != rows.end() ? found->second : Row{spellings_of(flag), nothing_changed};
    REQUIRE_FALSE(row.spellings.empty());
    for (const auto& words : row.spellings) {
      CAPTURE(words);
      const auto arguments = parse(words);
      REQUIRE(arguments);
      CHECK(arguments->recipients == std::vector<std::string>{"x"});
      CHECK(row.holds(*arguments));
    }
    ++seen;
  }
  CHECK(seen > 50);
}

TEST_CASE("flags and names of the program choose what is done") {
  struct ModeRow {
    std::string_view program;
    Words words;
    Mode mode;
  };

  const std::vector<ModeRow> rows{
      {"sendmail", {"x"}, Mode::send},
      {"/usr/lib/sendmail", {"-t"}, Mode::send},
      {"mailq", {}, Mode::list},
      {"/usr/bin/mailq", {"-v"}, Mode::list},
      {"mailq", {"-q"}, Mode::list},
      {"newaliases", {}, Mode::aliases},
      {"/usr/bin/newaliases", {"-oA/etc/aliases"}, Mode::aliases},
      {"sendmail", {"-bs"}, Mode::smtp_session},
      {"sendmail", {"-b", "s"}, Mode::smtp_session},
      {"sendmail", {"-bs", "-tls-on-connect"}, Mode::smtp_session},
      {"sendmail", {"-bp"}, Mode::list},
      {"sendmail", {"-bp", "-q"}, Mode::list},
      {"sendmail", {"-b", "p", "-Ac"}, Mode::list},
      {"sendmail", {"-bi"}, Mode::aliases},
      {"sendmail", {"-I"}, Mode::aliases},
      {"sendmail", {"-q"}, Mode::flush},
      {"sendmail", {"-q30m"}, Mode::flush},
      {"sendmail", {"-q", "30m"}, Mode::flush},
      {"sendmail", {"-qf"}, Mode::flush},
      {"sendmail", {"-qRexample.org"}, Mode::flush},
      {"sendmail", {"-q", "-Ac"}, Mode::flush},
      {"sendmail", {"--help"}, Mode::help},
      {"sendmail", {"--version"}, Mode::version},
  };
  for (const auto& row : rows) {
    CAPTURE(row.program, row.words);
    const auto arguments = parse(row.words, row.program);
    REQUIRE(arguments);
    CHECK(arguments->mode == row.mode);
    CHECK(arguments->recipients_from_header == (row.words == Words{"-t"}));
    CHECK(arguments->recipients ==
          (row.words == Words{"x"} ? std::vector<std::string>{"x"} : std::vector<std::string>{}));
  }
}

TEST_CASE("what programs of Debian say is understood") {
  struct CallRow {
    const char* name;
    Words words;
    Arguments want;
  };

  const std::vector<CallRow> rows{
      {"cron",
       {"-i", "-FCronDaemon", "-B8BITMIME", "-oem", "root"},
       {.dots_are_text = true, .full_name = "CronDaemon", .recipients = {"root"}}},
      {"PHP",
       {"-t", "-i", "-fwww@x.example"},
       {.recipients_from_header = true, .dots_are_text = true, .sender = "www@x.example"}},
      {"git",
       {"-i", "a@x.example", "b@x.example"},
       {.dots_are_text = true, .recipients = {"a@x.example", "b@x.example"}}},
      {"mutt",
       {"-oem", "-oi", "-f", "me@x.example", "--", "a@x.example"},
       {.dots_are_text = true, .sender = "me@x.example", .recipients = {"a@x.example"}}},
      {"bsd-mailx",
       {"-i", "root", "jane"},
       {.dots_are_text = true, .recipients = {"root", "jane"}}},
      {"busybox crond", {"-ti"}, {.recipients_from_header = true, .dots_are_text = true}},
      {"python", {"-t", "-oi"}, {.recipients_from_header = true, .dots_are_text = true}},
      {"null sender", {"-f", "", "x"}, {.sender = "", .recipients = {"x"}}},
      {"null sender in brackets", {"-f<>", "x"}, {.sender = "<>", .recipients = {"x"}}},
      {"both", {"-t", "x"}, {.recipients_from_header = true, .recipients = {"x"}}},
      {"the last -f counts", {"-fa", "-rb", "x"}, {.sender = "b", .recipients = {"x"}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto arguments = parse(row.words);
    REQUIRE(arguments);
    CHECK(arguments->mode == row.want.mode);
    CHECK(arguments->recipients_from_header == row.want.recipients_from_header);
    CHECK(arguments->dots_are_text == row.want.dots_are_text);
    CHECK(arguments->sender == row.want.sender);
    CHECK(arguments->full_name == row.want.full_name);
    CHECK(arguments->recipients == row.want.recipients);
    CHECK(arguments->verbose == row.want.verbose);
  }
}

TEST_CASE("words that are no flags, and unknown flags") {
  CHECK(recipients_of({"--", "-t", "--"}) == std::vector<std::string>{"-t", "--"});
  CHECK(recipients_of({"-", "x"}) == std::vector<std::string>{"x"});
  CHECK(recipients_of({"x", "-"}) == std::vector<std::string>{"x"});
  CHECK(recipients_of({"", "x"}) == std::vector<std::string>{"", "x"});
  CHECK(recipients_of({"-Z", "x"}) == std::vector<std::string>{"x"});
  CHECK(recipients_of({"-9", "--unknown", "--from=a", "x"}) == std::vector<std::string>{"x"});
  CHECK(recipients_of({"x", "-X"}) == std::vector<std::string>{"x"});
  CHECK(recipients_of({"x", "-o"}) == std::vector<std::string>{"x"});
  CHECK(recipients_of({"x", "-b"}) == std::vector<std::string>{"x"});
  CHECK(recipients_of({"-o", "", "x"}) == std::vector<std::string>{"x"});
  // What stands before the unknown letter counts, what stands behind may be its value.
  const auto arguments = parse({"-iZt", "x"}).value();
  CHECK(arguments.dots_are_text);
  CHECK_FALSE(arguments.recipients_from_header);
  CHECK_FALSE(parse({"-OIgnoreDots=false", "x"})->dots_are_text);
  CHECK_FALSE(parse({"-OIgnoreDotsX=true", "x"})->dots_are_text);
  CHECK_FALSE(parse({"-ODeliveryMode=b", "x"})->dots_are_text);
}

TEST_CASE("-N, -R and -V have few values") {
  struct ValueRow {
    Words words;
    ReportWishes want;
  };

  const std::vector<ValueRow> rows{
      {{"-Nnever", "x"}, {.notify = {.never = true}}},
      {{"-Nfailure", "x"}, {.notify = {.failure = true}}},
      {{"-Nsuccess,failure,delay", "x"},
       {.notify = {.success = true, .failure = true, .delay = true}}},
      {{"-Rfull", "x"}, {.returned = Returned::full}},
      {{"-V", "~", "x"}, {.envelope_id = "~"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.words);
    CHECK(parse(row.words).value().reports == row.want);
  }
  const std::string long_id(max_envelope_id, 'i');
  CHECK(parse({"-V", long_id, "x"}).value().reports.envelope_id == long_id);
  const std::string notify_help =
      ": say never, or some of success, failure and delay with commas between them";
  CHECK(error_of({"-Nnever,delay", "x"}) == "-N \"never,delay\"" + notify_help);
  CHECK(error_of({"-N", "", "x"}) == "-N \"\"" + notify_help);
  CHECK(error_of({"-Ndelay,", "x"}) == "-N \"delay,\"" + notify_help);
  CHECK(error_of({"-N\n", "x"}) == "-N \" \"" + notify_help);
  CHECK(error_of({"-Rall", "x"}) == "-R \"all\": say full or hdrs");
  const std::string id_help = "-V: an envelope id is 1 to 100 printable ASCII characters";
  CHECK(error_of({"-V", "", "x"}) == id_help);
  CHECK(error_of({"-V", "a\nb", "x"}) == id_help);
  const auto too_long = long_id + "i";
  CHECK(error_of({"-V", too_long, "x"}) == id_help);
}

TEST_CASE("wrong use is an error") {
  CHECK(error_of({}) == "no recipient: name one, or take them from the message with -t");
  CHECK(error_of({"-i"}) == error_of({}));
  const std::string none_wanted = "-bs, -bp and -q take no recipients, and no -t";
  CHECK(error_of({"-bs", "x"}) == none_wanted);
  CHECK(error_of({"-bs", "-t"}) == none_wanted);
  CHECK(error_of({"-q", "x"}) == none_wanted);
  CHECK(error_of({"x"}, "mailq") == none_wanted);
  CHECK(error_of({"x", "-f"}) == "-f is the last word, and needs a value behind it: -f address");
  CHECK(error_of({"x", "-iF"}) == "-F is the last word, and needs a value behind it: -F name");
  CHECK(error_of({"-bd", "-q30m"}) == "-bd: Not offered: the server is started by mox serve.");
  CHECK(error_of({"-b", "d"}) == error_of({"-bd"}));
  CHECK(error_of({"-bz"}) ==
        "-bz: The mode as a word of its own: m, s, p or i. Others are not offered.");
  for (const Flag& flag : flags()) {
    if (flag.meaning != Meaning::refused) continue;
    CAPTURE(flag.name);
    CHECK(error_of({flag.name, "1abcde-000000-00"}) ==
          std::string(flag.name) + ": " + std::string(flag.help));
  }
  // No part of a longer word, which is a macro of sendmail.
  CHECK(recipients_of({"-MrSMTP", "x"}) == std::vector<std::string>{"x"});
}

TEST_CASE("arguments are limited in number and size") {
  const Words words(max_words, "x");
  CHECK(parse(words).value().recipients.size() == max_words);
  const Words more(max_words + 1, "x");
  CHECK(error_of(more) == "20001 arguments are too many: at most 20000 are read");
  const std::string big(max_argument_bytes, 'x');
  CHECK(parse({big}));
  CHECK(error_of({big, "y"}) ==
        "4194305 bytes of arguments are too many: at most 4194304 are read");
}

TEST_CASE("the table of flags is sound") {
  std::set<std::string_view> names;
  for (const Flag& flag : flags()) {
    CAPTURE(flag.name);
    CHECK(names.insert(flag.name).second);
    CHECK(flag.name.starts_with('-'));
    CHECK(flag.value.empty() == (flag.takes == Takes::nothing));
    CHECK(flag.help.ends_with('.'));
    CHECK(find_flag(flag.name) == &flag);
  }
  for (const char c : std::string_view("tifFrqNRVOvABCdeGLMnpUXxho"))
    CHECK(names.contains(std::string{'-', c}));
  CHECK(find_flag("-Zt") == nullptr);
}

TEST_CASE("the manual page comes from the tables") {
  const auto options = options_section();
  const auto has = [](const std::string& page, std::string_view text) {
    return page.find(text) != std::string::npos;
  };
  for (const Flag& flag : flags()) {
    std::string name = "\\fB";
    for (const char c : flag.name) name += c == '-' ? std::string("\\-") : std::string(1, c);
    CAPTURE(name);
    CHECK(has(options, ".TP\n" + name + "\\fR") != has(options, ".TQ\n" + name + "\\fR"));
  }
  CHECK(has(options, ".TP\n\\fB\\-f\\fR \\fIaddress\\fR\nThe address of the sender, to which"));
  CHECK(has(options, ".TP\n\\fB\\-q\\fR[\\fIinterval\\fR]\nTry to send"));
  CHECK(has(options, ".TP\n\\fB\\-bd\\fR\n.TQ\n\\fB\\-bD\\fR\nNot offered: the server"));
  CHECK(has(options, "user\\(aqs configuration"));
  CHECK(has(exit_section(), ".TP\n75 (EX_TEMPFAIL)\nNothing could be reached"));
  std::size_t begin = 0;
  while (begin < options.size()) {
    const auto end = options.find('\n', begin);
    CHECK(end - begin < 90);
    begin = end + 1;
  }
}

TEST_CASE("kinds of errors have exit codes") {
  CHECK(exit_code(ErrorKind::invalid) == ExitCode::data);
  CHECK(exit_code(ErrorKind::not_found) == ExitCode::unavailable);
  CHECK(exit_code(ErrorKind::exists) == ExitCode::software);
  CHECK(exit_code(ErrorKind::refused) == ExitCode::no_permission);
  CHECK(exit_code(ErrorKind::full) == ExitCode::temporary);
  CHECK(exit_code(ErrorKind::temporary) == ExitCode::temporary);
  CHECK(exit_code(ErrorKind::timeout) == ExitCode::temporary);
  CHECK(exit_code(ErrorKind::closed) == ExitCode::temporary);
  CHECK(exit_code(ErrorKind::io) == ExitCode::io);
  CHECK(exit_code(ErrorKind::corrupt) == ExitCode::software);
  CHECK(exit_code(ErrorKind::unsupported) == ExitCode::unavailable);
  CHECK(exit_meanings().size() == 10);
}
