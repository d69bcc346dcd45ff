// The text form of metrics, and that dashboards and alert rules for mox find what they know.
#include "log/logger.h"
#include "metrics/description.h"
#include "metrics/metrics.h"
#include "support/catch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace mox;
using metrics::Description;
using metrics::Metrics;
using metrics::Type;
using metrics::Words;

namespace {

using Buckets = std::vector<double>;

// From a line's beginning to its value: name{labels}.
std::map<std::string, std::string> samples_of(const std::string& text) {
  std::map<std::string, std::string> samples;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = text.find('\n', at);
    REQUIRE(end != std::string::npos);
    const auto line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("#")) continue;
    const auto space = line.rfind(' ');
    REQUIRE(space != std::string::npos);
    CAPTURE(line);
    CHECK(samples.emplace(line.substr(0, space), line.substr(space + 1)).second);
  }
  return samples;
}

Description description_of(std::string_view name) {
  const auto all = metrics::descriptions();
  const auto found = std::ranges::find(all, name, &Description::name);
  CAPTURE(name);
  REQUIRE(found != all.end());
  return *found;
}

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

} // namespace

TEST_CASE("names, types, labels and buckets are those that mox has") {
  struct Row {
    std::string_view name;
    Type type;
    Words labels;
    Buckets buckets;
  };

  const Buckets seconds = {.001, .005, .01, .05, .1, .5, 1, 5, 10, 20};
  const Buckets wide = {.001, .005, .01, .05, .1, .5, 1, 5, 10, 20, 30, 60, 120};
  const std::vector<Row> rows = {
      {"mox_authentication_total", Type::counter, {"kind", "variant", "result"}, {}},
      {"mox_authentication_ratelimited_total", Type::counter, {"kind"}, {}},
      {"mox_connections_count", Type::gauge, {"protocol", "listener"}, {}},
      {"mox_imap_connection_total", Type::counter, {"service"}, {}},
      {"mox_imap_command_duration_seconds", Type::histogram, {"cmd", "result"}, seconds},
      {"mox_logging_level_info_total", Type::counter, {}, {}},
      {"mox_logging_level_warn_total", Type::counter, {}, {}},
      {"mox_logging_level_error_total", Type::counter, {}, {}},
      {"mox_panic_total", Type::counter, {"pkg"}, {}},
      {"mox_smtpserver_connection_total", Type::counter, {"kind"}, {}},
      {"mox_smtpserver_command_duration_seconds",
       Type::histogram,
       {"kind", "cmd", "code", "ecode"},
       wide},
      {"mox_smtpserver_delivery_total", Type::counter, {"result", "reason"}, {}},
      {"mox_smtpserver_delivery_starttls_total", Type::counter, {}, {}},
      {"mox_smtpserver_delivery_starttls_errors_total", Type::counter, {"reason"}, {}},
      {"mox_smtpserver_submission_total", Type::counter, {"result"}, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto found = description_of(row.name);
    CHECK(found.type == row.type);
    CHECK(found.labels == row.labels);
    CHECK(found.buckets == row.buckets);
  }
}

TEST_CASE("every description is whole") {
  Words names;
  for (const auto& one : metrics::descriptions()) {
    CAPTURE(one.name);
    CHECK(std::ranges::find(names, one.name) == names.end());
    names.push_back(one.name);
    CHECK(is_name(one.name));
    CHECK(one.name.starts_with("mox_"));
    // Called so by the reference, whose dashboards are to work.
    const bool misnamed = one.name == "mox_iprev_lookup_total";
    CHECK((one.type == Type::counter || misnamed) == one.name.ends_with("_total"));
    CHECK(one.help.ends_with('.'));
    CHECK(one.help.find('\n') == std::string_view::npos);
    for (const auto label : one.labels) CHECK(is_name(label));
    CHECK((one.values.empty() || one.values.size() == one.labels.size()));
    CHECK((one.type == Type::histogram) != one.buckets.empty());
    CHECK(std::ranges::is_sorted(one.buckets, std::less_equal()));
  }
}

TEST_CASE("series whose labels are known beforehand are there from the start, at zero") {
  Metrics metrics;
  const auto samples = samples_of(metrics.render());
  for (const auto& [name, value] : samples) {
    CAPTURE(name);
    CHECK(value == "0");
  }
  const auto has = [&](const std::string& name) { return samples.contains(name); };
  for (const auto* pkg : {"ctl",
                          "import",
                          "serve",
                          "imapserver",
                          "dmarcdb",
                          "mtastsdb",
                          "queue",
                          "smtpclient",
                          "smtpserver",
                          "tlsrptdb",
                          "dkimverify",
                          "spfverify",
                          "upgradethreads",
                          "importmanage",
                          "importmessages",
                          "store",
                          "webadmin",
                          "webapi",
                          "webmailsendevent",
                          "webmail",
                          "webmailrequest",
                          "webmailquery",
                          "webmailhandle"})
    CHECK(has(std::string("mox_panic_total{pkg=\"") + pkg + "\"}"));
  for (const auto* kind : {"submission", "imap", "webmail", "webapi", "webaccount", "webadmin"})
    CHECK(has(std::string("mox_authentication_ratelimited_total{kind=\"") + kind + "\"}"));
  for (const auto* kind : {"submission", "imap"})
    for (const auto* variant : {"plain", "login"})
      for (const auto* result : {"ok", "baduser", "badpassword", "badcreds", "badchanbind",
                                 "badprotocol", "logindisabled", "error", "aborted"})
        CHECK(has(fmt::format(R"(mox_authentication_total{{kind="{}",result="{}",variant="{}"}})",
                              kind, result, variant)));
  for (const auto* result :
       {"ok", "badmessage", "badfrom", "badheader", "missingsmtputf8", "messagelimiterror",
        "recipientlimiterror", "localserveerror", "queueerror"})
    CHECK(has(std::string("mox_smtpserver_submission_total{result=\"") + result + "\"}"));
  for (const auto* result : {"delivered", "reject", "unknownuser", "accounterror", "delivererror",
                             "checkrates", "highrate"})
    CHECK(has(std::string("mox_smtpserver_delivery_total{reason=\"\",result=\"") + result + "\"}"));
  for (const auto* reason : {"eof", "sslv2", "unsupportedversions", "nottls", "other"})
    CHECK(has(std::string("mox_smtpserver_delivery_starttls_errors_total{reason=\"") + reason +
              "\"}"));
  CHECK(has("mox_smtpserver_delivery_starttls_total"));
  CHECK(has("mox_imap_connection_total{service=\"imap\"}"));
  CHECK(has("mox_imap_connection_total{service=\"imaps\"}"));
  CHECK(has("mox_smtpserver_connection_total{kind=\"smtp\"}"));
  CHECK(has("mox_smtpserver_connection_total{kind=\"submission\"}"));
}

TEST_CASE("each family has its help and its type, once and before its samples") {
  Metrics metrics;
  metrics.connections.set(1, "imap", "local");
  metrics.smtpserver_command("smtp", "ehlo", 250, "", 0.1);
  metrics.imap_command("noop", "ok", 0.1);
  metrics.dns_lookup("spf", "txt", "ok", 0.1);
  metrics.iprev_lookup("pass", 0.1);
  metrics.spf_verify("pass", 0.1);
  metrics.dkim_verify("rsa", "pass", 0.1);
  metrics.dmarc_verify("pass", "no", "yes", 0.1);
  const auto text = metrics.render();
  for (const auto& one : metrics::descriptions()) {
    const std::string name(one.name);
    CAPTURE(name);
    const auto help = text.find("# HELP " + name + ' ' + std::string(one.help) + '\n');
    const char* type = one.type == Type::counter ? "counter"
                       : one.type == Type::gauge ? "gauge"
                                                 : "histogram";
    const auto line = "# TYPE " + name + ' ' + type + '\n';
    const auto at = text.find(line);
    REQUIRE(help != std::string::npos);
    REQUIRE(at != std::string::npos);
    CHECK(help < at);
    CHECK(text.find(line, at + 1) == std::string::npos);
    CHECK(text.substr(at + line.size()).starts_with(name));
  }
}

TEST_CASE("counters, gauges and histograms in Prometheus' text format") {
  using namespace std::chrono_literals;
  Metrics metrics;
  metrics.smtpserver_delivery("reject", "spf");
  metrics.smtpserver_delivery("reject", std::string("spf"));
  metrics.store_commits.by(5);
  metrics.connections.by(3, "imap", "local");
  metrics.connections.by(-1, "imap", "local");
  metrics.store_free_space.set(123456789012);
  metrics.smtpserver_command("smtp", "mail", 250, "2.1.0", 250ms);
  metrics.smtpserver_command("smtp", "mail", 250, "2.1.0", 0.001);
  metrics.smtpserver_command("smtp", "mail", 250, "2.1.0", 1000);
  const auto samples = samples_of(metrics.render());
  CHECK(samples.at(R"(mox_smtpserver_delivery_total{reason="spf",result="reject"})") == "2");
  CHECK(samples.at("mox_store_commits_total") == "5");
  CHECK(samples.at(R"(mox_connections_count{listener="local",protocol="imap"})") == "2");
  CHECK(samples.at("mox_store_free_bytes") == "123456789012");
  const std::string name = "mox_smtpserver_command_duration_seconds";
  const std::string labels = R"({cmd="mail",code="250",ecode="2.1.0",kind="smtp")";
  CHECK(samples.at(name + "_count" + labels + "}") == "3");
  CHECK(samples.at(name + "_sum" + labels + "}") == "1000.251");

  struct Row {
    const char* bound;
    const char* want;
  };

  for (const auto& row :
       {Row{"0.001", "1"}, Row{"0.005", "1"}, Row{"0.01", "1"}, Row{"0.05", "1"}, Row{"0.1", "1"},
        Row{"0.5", "2"}, Row{"1", "2"}, Row{"5", "2"}, Row{"10", "2"}, Row{"20", "2"},
        Row{"30", "2"}, Row{"60", "2"}, Row{"120", "2"}, Row{"+Inf", "3"}}) {
    CAPTURE(row.bound);
    CHECK(samples.at(fmt::format("{}_bucket{},le=\"{}\"}}", name, labels, row.bound)) == row.want);
  }
}

TEST_CASE("label values come through whatever they are, on one line") {
  struct Row {
    const char* name;
    std::string value;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"quotation mark", "a\"b", R"(a\"b)"},
      {"backslash", R"(a\b)", R"(a\\b)"},
      {"line feed", "a\nb", R"(a\nb)"},
      {"a forged sample", "\"} 1\nmox_panic_total 5", R"(\"} 1\nmox_panic_total 5)"},
      {"bad UTF-8", "a\xFF", "a\xEF\xBF\xBD"},
      {"too long", std::string(101, 'x'), std::string(100, 'x')},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Metrics metrics;
    metrics.panic(row.value);
    const auto samples = samples_of(metrics.render());
    const auto found = samples.find("mox_panic_total{pkg=\"" + row.want + "\"}");
    REQUIRE(found != samples.end());
    CHECK(found->second == "1");
    CHECK(!samples.contains("mox_panic_total"));
  }
}

TEST_CASE("values that look alike when put together are kept apart") {
  using namespace std::literals;
  Metrics metrics;
  metrics.smtpserver_delivery("a\0b"s, "c");
  metrics.smtpserver_delivery("a", "b\0c"s);
  const auto samples = samples_of(metrics.render());
  CHECK(samples.at("mox_smtpserver_delivery_total{reason=\"c\",result=\"a\0b\"}"s) == "1");
  CHECK(samples.at("mox_smtpserver_delivery_total{reason=\"b\0c\",result=\"a\"}"s) == "1");
}

TEST_CASE("a family does not grow for ever") {
  Metrics metrics;
  for (int i = 0; i < 1500; ++i) metrics.panic("made up " + std::to_string(i));
  const auto samples = samples_of(metrics.render());
  const auto series = std::ranges::count_if(
      samples, [](const auto& sample) { return sample.first.starts_with("mox_panic_total{"); });
  CHECK(series == 1001);
  // 23 are known beforehand.
  CHECK(samples.at("mox_panic_total{pkg=\"(other)\"}") == std::to_string(1500 - (1000 - 23)));
  metrics.panic("made up 0");
  metrics.panic("store");
  const auto later = samples_of(metrics.render());
  CHECK(later.at("mox_panic_total{pkg=\"made up 0\"}") == "2");
  CHECK(later.at("mox_panic_total{pkg=\"store\"}") == "1");
}

TEST_CASE("logged events are counted, written or not") {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  REQUIRE(nowhere >= 0);
  log::Logger logger(nowhere, log::Format::logfmt, log::Level::error);
  logger.info("serve", "before");
  Metrics metrics;
  metrics.follow(logger);
  logger.info("serve", "after");
  logger.warn("serve", "m");
  logger.debug("serve", "m");
  const auto count = [&](const std::string& level) {
    return samples_of(metrics.render()).at("mox_logging_level_" + level + "_total");
  };
  CHECK(count("info") == "2");
  CHECK(count("info") == "2");
  CHECK(count("warn") == "1");
  CHECK(count("error") == "0");
  logger.error("serve", "m");
  CHECK(count("error") == "1");
  CHECK(count("info") == "2");
  ::close(nowhere);
}

TEST_CASE("nothing is lost when many threads count, while others look") {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  REQUIRE(nowhere >= 0);
  log::Logger logger(nowhere);
  Metrics metrics;
  metrics.follow(logger);
  constexpr int rounds = 2000;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&, thread] {
        for (int i = 0; i < rounds; ++i) {
          metrics.panic("store");
          metrics.panic("new " + std::to_string(i % 50));
          metrics.connections.by(thread % 2 == 0 ? 1 : -1, "imap", "local");
          metrics.imap_command("fetch", "ok", 0.25);
          if (i % 100 == 0) logger.info("test", "m");
        }
      });
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) (void)metrics.render();
    });
  }
  const auto samples = samples_of(metrics.render());
  CHECK(samples.at("mox_panic_total{pkg=\"store\"}") == "8000");
  for (int i = 0; i < 50; ++i)
    CHECK(samples.at("mox_panic_total{pkg=\"new " + std::to_string(i) + "\"}") == "160");
  CHECK(samples.at(R"(mox_connections_count{listener="local",protocol="imap"})") == "0");
  const std::string fetch = R"({cmd="fetch",result="ok")";
  CHECK(samples.at("mox_imap_command_duration_seconds_count" + fetch + "}") == "8000");
  CHECK(samples.at("mox_imap_command_duration_seconds_sum" + fetch + "}") == "2000");
  CHECK(samples.at("mox_logging_level_info_total") == "80");
  ::close(nowhere);
}
