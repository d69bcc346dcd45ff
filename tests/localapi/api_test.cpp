// What the API is beside messages: who may ask, what there is to ask, faults, reset.
#include "api_world.h"
#include "support/catch.h"

#include <fmt/format.h>

#include <string>
#include <vector>

using namespace mox;
using namespace mox::localapi::test;

namespace {

std::string text(const json::Value& value) {
  return std::string(value.as_string());
}

} // namespace

TEST_CASE("api: only who asks by a name of this machine is heard, and no page of elsewhere") {
  struct Row {
    std::string fields;
    unsigned want;
  };

  const std::vector<Row> rows = {
      {"Host: localhost:1080\r\n", 200},
      {"Host: 127.0.0.1:1080\r\n", 200},
      {"Host: [::1]:1080\r\n", 200},
      {"Host: example.org\r\n", 403},
      {"Host: localhost.example.org\r\n", 403},
      {"Host: a b\r\n", 403},
      {"Host:\r\n", 403},
      {"Host: localhost:1080\r\nOrigin: http://localhost:1080\r\n", 200},
      {"Host: localhost:1080\r\nOrigin: http://localhost:3000\r\n", 403},
      {"Host: localhost:1080\r\nOrigin: https://example.org\r\n", 403},
      {"Host: localhost:1080\r\nOrigin: null\r\n", 403},
      // The one that its configuration gives it.
      {"Host: MAIL.test:1080\r\n", 200},
      {"Host: sub.mail.test:1080\r\n", 403},
      {"Host: localhost\r\nSec-Fetch-Site: none\r\n", 200},
      {"Host: localhost\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n", 200},
      {"Host: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n", 200},
      {"Host: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n", 403},
      {"Host: localhost\r\nSec-Fetch-Site: same-site\r\n", 403},
  };
  ApiWorld world;
  for (const auto& row : rows) {
    CAPTURE(row.fields);
    for (const auto* target : {"/", "/api/info", "/api/messages"}) {
      const auto got = world.ask("GET", target, "", row.fields);
      CHECK(got.status == row.want);
      CHECK_FALSE(got.head.contains("Access-Control"));
      CHECK(got.head.contains("Content-Security-Policy: default-src 'none'"));
      CHECK(got.head.contains("Cache-Control: no-store\r\n"));
    }
  }
  world.end();
}

TEST_CASE("api: what is asked wrongly is answered with what to do") {
  struct Row {
    const char* method;
    std::string target;
    unsigned status;
    const char* error;
    const char* advice;
  };

  ApiWorld world;
  world.deliver({});
  const auto other = world.deliver({.mailbox = "Sent"});
  const std::vector<Row> rows = {
      {"GET", "/api", 404, "there is nothing at /api", "the page at / shows what there is"},
      {"POST", "/api/messages", 405, "POST is not possible at /api/messages",
       "what is: GET, HEAD, DELETE"},
      {"GET", "/api/reset", 405, "GET is not possible at /api/reset", "what is: POST"},
      {"GET", "/api/messages?form=x", 400, "there is no parameter \"form\" here",
       "those that there are: inbox, mailbox, from, to, subject, text, since, limit, after"},
      {"GET", "/api/faults?x=y", 400, "there is no parameter \"x\" here",
       "this address takes no parameters"},
      {"GET", "/api/messages?to=a&to=b", 400, "to is given twice", "give it once"},
      {"GET", "/api/messages?to=%", 400, "has a %", "the page at / shows"},
      {"GET", "/api/messages?limit=0", 400, "limit=0 is not a number from 1 to 1000",
       "leave it out for 50"},
      {"GET", "/api/messages?limit=1001", 400, "limit=1001 is not", "leave it out"},
      {"GET", "/api/messages?limit=", 400, "limit is empty", "leave it out"},
      {"GET", "/api/wait?to=", 400, "to is empty", "give it a value"},
      {"DELETE", "/api/messages?to", 400, "to is empty", "give it a value"},
      {"POST", "/api/reset?inbox=", 400, "inbox is empty", "give it a value"},
      {"OPTIONS", "/api/messages", 405, "OPTIONS is not possible", "what is: GET, HEAD, DELETE"},
      {"GET", "/api/messages/1.1.1/", 404, "there is nothing at", "the page at /"},
      {"GET", "/%ff\"", 404, "there is nothing at /%ff\"", "the page at /"},
      {"GET", "/api/messages?since=1-1", 400, "since=1-1 is not a time", "write 2026-"},
      {"GET", "/api/messages?since=x", 400, "since=x is not the id", "take an id"},
      {"GET", "/api/messages?after=x", 400, "after=x is not the id", "take an id"},
      {"GET", "/api/messages?since=" + other, 400, "is of another inbox or mailbox",
       "name the inbox and the mailbox"},
      {"GET", "/api/messages?after=" + other, 400, "is of another inbox or mailbox",
       "name the inbox and the mailbox"},
      {"GET", "/api/messages?mailbox=a//b", 400, "", ""},
      {"GET", "/api/messages?inbox=nobody", 404, "there is no inbox \"nobody\"", "--inboxes"},
      {"GET", "/api/info?inbox=one-more", 503, "there may be 1000 inboxes", "names that were"},
      {"GET", "/api/wait?inbox=nobody", 404, "there is no inbox \"nobody\"", "--inboxes"},
      {"DELETE", "/api/messages?limit=1", 400, "there is no parameter \"limit\" here", "those"},
      {"POST", "/api/reset?inbox=nobody", 404, "there is no inbox \"nobody\"", "--inboxes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.method, row.target);
    const auto got = world.ask(row.method, row.target);
    CHECK(got.status == row.status);
    const auto problem = got.json();
    CHECK(text(problem.at("error")).contains(row.error));
    CHECK(text(problem.at("advice")).contains(row.advice));
    if (row.status == 405) CHECK(got.head.contains("Allow: "));
  }
  world.end();
}

TEST_CASE("api: what HTTP itself refuses has the form of the others") {
  struct Row {
    std::string fields;
    std::size_t body;
    unsigned status;
    const char* error;
  };

  const std::vector<Row> rows = {
      {"", 0, 400, "not exactly one Host"},
      {"Host: localhost\r\nX: " + std::string(20'000, 'x') + "\r\n", 0, 431, "too large"},
      {"Host: localhost\r\n", (1U << 20U) + 1, 413, "too large"},
  };
  ApiWorld world;
  for (const auto& row : rows) {
    const auto got = world.ask("PUT", "/api/faults", std::string(row.body, ' '), row.fields);
    CHECK(got.status == row.status);
    CHECK(got.head.contains("Content-Type: application/json\r\n"));
    CHECK(got.head.contains("X-Content-Type-Options: nosniff\r\n"));
    CHECK(text(got.json().at("error")).contains(row.error));
    CHECK(text(got.json().at("advice")).contains("the page at /"));
  }
  world.end();
}

TEST_CASE("api: what is asked for in the way of a proxy counts by its host") {
  ApiWorld world;
  CHECK(world.get("http://localhost:1080/api/info").status == 200);
  CHECK(world.get("http://example.org/api/info").status == 403);
  world.end();
}

TEST_CASE("api: connections have a limit; one too many is told so, and closed") {
  ApiWorld world;
  {
    const auto open = world.open(200);
    const auto refused = world.get("/api/info");
    CHECK(refused.status == 503);
    CHECK(refused.head.contains("Connection: close\r\n"));
    CHECK(text(refused.json().at("error")) == "200 connections are open");
  }
  unsigned status = 503;
  while (status == 503) status = world.get("/api/info").status;
  CHECK(status == 200);
  world.end();
}

TEST_CASE("api: the page shows its own address, and runs nothing") {
  ApiWorld world;
  const auto got = world.ask("GET", "/", "", "Host: 127.0.0.1:4711\r\n");
  CHECK(got.status == 200);
  CHECK(got.head.contains("Content-Type: text/html; charset=utf-8\r\n"));
  CHECK(got.head.contains("sandbox"));
  CHECK(got.body.contains("curl 'http://127.0.0.1:4711/api/wait?"));
  CHECK_FALSE(got.body.contains("<script"));
  CHECK(got.body.contains(R"({"seed": 1, "rules": [)"));
  const auto head = world.ask("HEAD", "/");
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  world.end();
}

TEST_CASE("api: what there is") {
  ApiWorld world;
  const auto first = world.deliver({});
  const auto info = world.get("/api/info").json();
  CHECK(text(info.at("version")) == "1.2.3");
  CHECK(text(info.at("inbox")) == "mox@localhost");
  CHECK(text(info.at("mark")) == first);
  CHECK(text(info.at("mailboxes").at(0).at("name")) == "Inbox");
  CHECK(info.at("mailboxes").at(0).at("messages").to_number<int>() == 1);
  CHECK(info.at("inboxes").as_array().size() == 2);
  const auto alice = world.get("/api/info?inbox=alice@localhost").json();
  CHECK(text(alice.at("inbox")) == "alice@localhost");
  CHECK(text(alice.at("mark")).ends_with(".0"));
  world.end();
}

TEST_CASE("api: reset empties all, or one inbox and leaves the faults") {
  ApiWorld world;
  const auto fill = [&] {
    world.deliver({});
    world.deliver({.mailbox = "Sent"});
    world.deliver({.account = "alice@localhost"});
    REQUIRE(world.faults.set({{.fault = {.code = 450, .text = {}}}}, 0));
  };
  const auto deleted = [&](std::string_view target) {
    return world.ask("POST", target).json().at("deleted").to_number<int>();
  };
  fill();
  CHECK(deleted("/api/reset?inbox=alice@localhost") == 1);
  CHECK(world.faults.state().rules.size() == 1);
  CHECK(world.ids("/api/messages?mailbox=Sent").size() == 1);
  fill();
  CHECK(deleted("/api/reset") == 5);
  CHECK(world.faults.state().rules.empty());
  for (const auto* target :
       {"/api/messages", "/api/messages?mailbox=Sent", "/api/messages?inbox=alice@localhost"})
    CHECK(world.ids(target).empty());
  CHECK(deleted("/api/reset") == 0);
  world.end();
}

TEST_CASE("api: faults are set, shown and cleared") {
  ApiWorld world;
  const std::string_view rules = R"({"seed": 7, "rules": [
    {"stage": "rcpt", "reply": 451, "text": "later", "from": "a@*", "to": "*@x", "chance": 0.5, "times": 3},
    {"stage": "mailfrom", "reply": "timeout"},
    {"stage": "data", "reply": "disconnect", "chance": 1},
    {"stage": "connect", "reply": 554}, {"stage": "auth", "reply": 454}]})";
  const auto set = world.ask("PUT", "/api/faults", rules);
  REQUIRE(set.status == 200);
  const auto state = world.faults.state();
  CHECK(state.seed == 7);
  REQUIRE(state.rules.size() == 5);
  CHECK(state.rules[0].stage == smtpserver::Stage::rcpt);
  CHECK(state.rules[0].fault == smtpserver::Fault{.code = 451, .text = "later"});
  CHECK(state.rules[0].from == "a@*");
  CHECK(state.rules[0].to == "*@x");
  CHECK(state.rules[0].chance == 0.5);
  CHECK(state.rules[0].times == 3);
  CHECK(state.rules[1].fault.kind == smtpserver::Fault::Kind::timeout);
  CHECK(state.rules[2].fault.kind == smtpserver::Fault::Kind::disconnect);
  CHECK(state.rules[3].stage == smtpserver::Stage::connect);
  CHECK(state.rules[4].stage == smtpserver::Stage::auth);
  const std::vector<std::string> to = {"b@x"};
  static_cast<void>(world.faults.next(smtpserver::Stage::data, "a@b", to));
  const auto shown = world.get("/api/faults").json();
  CHECK(shown.at("rules").at(2).at("matched").to_number<int>() == 1);
  CHECK(shown.at("rules").at(2).at("acted").to_number<int>() == 1);
  CHECK(text(shown.at("rules").at(2).at("reply")) == "disconnect");
  // What is shown can be set again.
  const auto again = world.get("/api/faults").body;
  CHECK(world.ask("PUT", "/api/faults", again).status == 200);
  CHECK(world.faults.state().counts[2].acted == 0);
  CHECK(world.ask("DELETE", "/api/faults").json().at("rules").as_array().empty());
  CHECK(world.faults.state().rules.empty());
  world.end();
}

TEST_CASE("api: faults that cannot be meant are refused, and nothing is changed") {
  ApiWorld world;
  REQUIRE(
      world.ask("PUT", "/api/faults", R"({"rules": [{"stage": "data", "reply": 450}]})").status ==
      200);
  const auto rule = [](std::string_view members) {
    return fmt::format(R"({{"rules": [{{{}}}]}})", members);
  };
  const std::string ok = R"("stage": "rcpt", "reply": 450, )";

  struct Row {
    std::string body;
    const char* error;
  };

  const std::vector<Row> rows = {
      {"", "malformed JSON"},
      {"[]", "the body must be an object"},
      {"{}", "rules must be an array"},
      {R"({"rules": {}})", "rules must be an array"},
      {R"({"rules": [], "sed": 1})", "\"sed\" is not known"},
      {R"({"rules": [], "seed": -1})", "seed must be a whole number"},
      {R"({"rules": [], "seed": "a"})", "seed must be a whole number"},
      {R"({"rules": [1]})", "rule 1: it must be an object"},
      {rule(R"("reply": 450)"), "rule 1: stage must be"},
      {rule(R"("stage": 1, "reply": 450)"), "rule 1: stage must be"},
      {rule(R"("stage": "helo", "reply": 450)"), "rule 1: stage \"helo\" is not"},
      {rule(R"("stage": "rcpt")"), "rule 1: reply must be"},
      {rule(R"("stage": "rcpt", "reply": 250)"), "rule 1: reply must be"},
      {rule(R"("stage": "rcpt", "reply": 600)"), "rule 1: reply must be"},
      {rule(R"("stage": "rcpt", "reply": "hang")"), "rule 1: reply must be"},
      {rule(R"("stage": "rcpt", "reply": "timeout", "text": "a")"), "rule 1: text goes with"},
      {rule(ok + R"("text": 1)"), "rule 1: text must be a text"},
      {rule(ok + R"("text": "a\r\nb")"), "rule 1: text may have printable"},
      {rule(ok + R"("from": null)"), "rule 1: from must be a text"},
      {rule(ok + R"("to": ["a"])"), "rule 1: to must be a text"},
      {rule(ok + R"("chance": 2)"), "rule 1: chance 2 is not from 0 to 1"},
      {rule(ok + R"("chance": "often")"), "rule 1: chance must be a number"},
      {rule(ok + R"("times": -1)"), "rule 1: times must be a whole number"},
      {rule(ok + R"("times": 1.5)"), "rule 1: times must be a whole number"},
      {rule(ok + R"("tiems": 1)"), "rule 1: \"tiems\" is not known"},
      {rule(R"("stage": "mailfrom", "reply": 450, "to": "a")"), "rule 1: at that stage no recip"},
      {rule(R"("stage": "auth", "reply": 450, "from": "a")"), "rule 1: at that stage no sender"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    const auto got = world.ask("PUT", "/api/faults", row.body);
    CHECK(got.status == 400);
    CHECK(text(got.json().at("error")).contains(row.error));
    CHECK(text(got.json().at("advice")).starts_with("write {"));
  }
  CHECK(world.faults.state().rules.size() == 1);
  world.end();
}
