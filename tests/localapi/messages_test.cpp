// Messages by the API: listed, chosen, shown, sent as they are, deleted.
#include "api_world.h"
#include "support/catch.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace mox;
using namespace mox::localapi::test;
using Ids = std::vector<std::string>;

namespace {

const std::string multipart =
    "From: =?utf-8?q?J=C3=B6?= <jo@example.org>\r\nTo: Bob <bob@example.org>\r\n"
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
    "--c\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nsch=F6n\r\n"
    "--c\r\nContent-Type: text/html\r\n\r\n<p>sch&ouml;n\r\n--c--\r\n"
    "--b\r\nContent-Type: application/x-thing; name=\"a b.bin\"\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n--b--\r\n";

std::string text(const json::Value& value) {
  return std::string(value.as_string());
}

} // namespace

TEST_CASE("messages: a list, newest first, in pages") {
  ApiWorld world;
  Ids all;
  for (int i = 0; i < 120; ++i) all.insert(all.begin(), world.deliver({}));
  CHECK(world.ids("/api/messages").size() == 50);
  CHECK(world.ids("/api/messages?limit=1000") == all);
  CHECK(world.get("/api/messages?limit=120").json().at("next").is_null());
  const auto page = world.get("/api/messages?limit=100").json();
  const auto next = text(page.at("next"));
  CHECK(next == all[99]);
  CHECK(world.ids("/api/messages?limit=100&after=" + next) == Ids(all.begin() + 100, all.end()));
  CHECK(world.ids("/api/messages?after=" + all.back()).empty());
  CHECK(world.ids("/api/messages?since=" + all[2]) == Ids(all.begin(), all.begin() + 2));
  world.end();
}

TEST_CASE("messages: what comes or goes between pages harms none of the others") {
  ApiWorld world;
  Ids all;
  for (int i = 0; i < 12; ++i) all.insert(all.begin(), world.deliver({}));
  const auto page = world.get("/api/messages?limit=4").json();
  const auto next = text(page.at("next"));
  CHECK(next == all[3]);
  world.deliver({});
  // Of this page, the one that the next begins behind, and of the next page.
  for (const auto at : {1U, 3U, 5U})
    CHECK(world.ask("DELETE", "/api/messages/" + all[at]).status == 200);
  const auto rest = world.ids("/api/messages?after=" + next);
  CHECK(rest.front() == all[4]);
  CHECK(rest == Ids{all[4], all[6], all[7], all[8], all[9], all[10], all[11]});
  world.end();
}

TEST_CASE("messages: a page that becomes large ends early") {
  ApiWorld world;
  std::string to = "To: ";
  while (to.size() < 150'000) to += "somebody-with-a-long-name@example.org,\r\n ";
  Ids all;
  for (int i = 0; i < 30; ++i)
    all.insert(all.begin(), world.deliver({.text = to + "a@b\r\n\r\nbody\r\n"}));
  Ids listed;
  int pages = 0;
  std::string after;
  for (bool more = true; more; ++pages) {
    const auto got = world.get("/api/messages?limit=1000" + after);
    CHECK(got.body.size() < 6'000'000);
    const auto page = got.json();
    for (const auto& message : page.at("messages").as_array())
      listed.push_back(text(message.at("id")));
    more = !page.at("next").is_null();
    if (more) after = "&after=" + text(page.at("next"));
  }
  CHECK(listed == all);
  CHECK(pages > 1);
  world.end();
}

TEST_CASE("messages: a search ends when the server stops") {
  ApiWorld world;
  world.deliver({});
  world.stop();
  for (const auto* target : {"/api/messages", "/api/messages/latest", "/api/wait"}) {
    CAPTURE(target);
    const auto got = world.get(target);
    CHECK(got.status == 503);
    CHECK(text(got.json().at("error")) == "the server stops");
  }
  CHECK(world.ask("DELETE", "/api/messages").status == 503);
  world.end();
}

TEST_CASE("messages: an entry has the SMTP envelope and what the header says") {
  ApiWorld world;
  world.deliver({.from = "", .to = {"a@example.org", "hidden@example.org"}, .text = multipart});
  const auto list = world.get("/api/messages").json();
  const auto& entry = list.at("messages").at(0);
  CHECK(text(entry.at("inbox")) == "mox@localhost");
  CHECK(text(entry.at("mailbox")) == "Inbox");
  CHECK(text(entry.at("received")) == "2026-01-01T00:00:00Z");
  CHECK(entry.at("size").to_number<std::size_t>() > multipart.size());
  CHECK_FALSE(entry.at("seen").as_bool());
  CHECK(text(entry.at("subject")) == "Grüße");
  CHECK(text(entry.at("preview")) == "schön");
  CHECK(text(entry.at("from").at(0).at("name")) == "Jö");
  CHECK(text(entry.at("to").at(0).at("address")) == "bob@example.org");
  CHECK(entry.at("cc").as_array().empty());
  const auto& smtp = entry.at("smtp");
  CHECK(text(smtp.at("mail_from")).empty());
  CHECK(text(smtp.at("delivered_to")) == "hidden@example.org");
  CHECK(smtp.at("rcpt_to").as_array().size() == 2);
  CHECK(text(smtp.at("rcpt_to").at(0)) == "a@example.org");
  CHECK(text(smtp.at("rcpt_to").at(1)) == "hidden@example.org");
  CHECK(text(smtp.at("helo")) == "client.example");
  CHECK(text(smtp.at("remote_ip")) == "192.0.2.1");
  CHECK(text(smtp.at("protocol")) == "ESMTP");
  CHECK(smtp.at("user").is_null());
  CHECK(smtp.at("tls").is_null());
  world.end();
}

TEST_CASE("messages: the recipients stay known when some of their copies are deleted") {
  ApiWorld world;
  world.deliver({.to = {"other@example.org"}});
  world.deliver({.to = {"a@x", "b@x", "c@x"}});
  const auto ids = world.ids("/api/messages?to=@x");
  REQUIRE(ids.size() == 3);
  CHECK(world.ask("DELETE", "/api/messages/" + ids[0]).status == 200);
  CHECK(world.ask("DELETE", "/api/messages/" + ids[2]).status == 200);
  const auto message = world.get("/api/messages/" + ids[1]).json();
  std::string all;
  for (const auto& one : message.at("smtp").at("rcpt_to").as_array()) all += text(one) + " ";
  CHECK(all == "a@x b@x c@x ");
  CHECK(text(message.at("smtp").at("delivered_to")) == "b@x");
  world.end();
}

TEST_CASE("messages: a submitted one shows its user and TLS; one of APPEND no envelope") {
  ApiWorld world;
  world.deliver({.login = "alice@localhost"});
  auto message = world.get("/api/messages/latest").json();
  const auto& smtp = message.at("smtp");
  CHECK(text(smtp.at("user")) == "alice@localhost");
  CHECK(text(smtp.at("tls").at("version")) == "TLS1.3");
  CHECK(text(smtp.at("tls").at("cipher")) == "TLS_AES_128_GCM_SHA256");
  CHECK(text(smtp.at("protocol")) == "ESMTPSA");
  CHECK(smtp.at("remote_ip").is_null());
  CHECK(smtp.at("helo").is_null());
  world.deliver({.by_smtp = false});
  CHECK(world.get("/api/messages/latest").json().at("smtp").is_null());
  world.end();
}

TEST_CASE("messages: those that are asked for") {
  ApiWorld world;
  const auto first = world.deliver({.to = {"bob@example.org"}});
  world.messages_clock.advance(std::chrono::hours(1));
  const auto second = world.deliver({.from = "news@shop.example",
                                     .to = {"carol@example.org"},
                                     .text = "Subject: Sale\r\nFrom: Shop <x@y>\r\n"
                                             "To: bob@example.org\r\n\r\nHalf price!\r\n"});
  const auto third = world.deliver({.text = multipart, .by_smtp = false});
  const auto sent = world.deliver({.mailbox = "Sent"});
  const auto alice = world.deliver({.account = "alice@localhost"});

  struct Row {
    std::string query;
    Ids want;
  };

  const std::vector<Row> rows = {
      {"", {third, second, first}},
      {"subject=SALE", {second}},
      {"subject=gr%C3%BC%C3%9Fe", {third}},
      {"from=shop", {second}},
      {"from=ann@example.org", {first}},
      {"from=news@", {second}},
      {"from=j%C3%B6", {third}},
      // By SMTP, only the recipient counts; else what the header says.
      {"to=bob", {third, first}},
      {"to=carol", {second}},
      {"text=half+price", {second}},
      {"text=sch%C3%B6n", {third}},
      {"text=nothing", {}},
      {"subject=hello&to=bob", {first}},
      {"subject=hello&to=carol", {}},
      {"since=2026-01-01T00:30:00Z", {third, second}},
      {"since=2026-01-01T00:30:00Z&subject=sale", {second}},
      {"since=now", {}},
      {"since=" + second, {third}},
      {"mailbox=Sent", {sent}},
      {"mailbox=inbox", {third, second, first}},
      {"mailbox=Nothing", {}},
      {"inbox=alice@localhost", {alice}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.query);
    CHECK(world.ids("/api/messages?" + row.query) == row.want);
    const auto latest = world.get("/api/messages/latest?" + row.query);
    CHECK(latest.status == (row.want.empty() ? 404 : 200));
    if (!row.want.empty()) CHECK(text(latest.json().at("id")) == row.want.front());
  }
  world.end();
}

TEST_CASE("messages: one in full") {
  ApiWorld world;
  const auto id = world.deliver({.text = multipart});
  const auto got = world.get("/api/messages/" + id);
  REQUIRE(got.status == 200);
  const auto message = got.json();
  CHECK(text(message.at("text")) == "schön");
  CHECK(text(message.at("html")) == "<p>sch&ouml;n");
  REQUIRE(message.at("attachments").as_array().size() == 1);
  const auto& attachment = message.at("attachments").at(0);
  CHECK(text(attachment.at("part")) == "2");
  CHECK(text(attachment.at("type")) == "application/x-thing");
  CHECK(text(attachment.at("file_name")) == "a b.bin");
  // The object of `mox message parse`.
  const auto& parsed = message.at("message");
  CHECK(text(parsed.at("envelope").at("subject")) == "Grüße");
  CHECK(parsed.at("structure").at("parts").as_array().size() == 2);
  CHECK(text(parsed.at("fields").at(0).at("name")) == "Delivered-To");
  CHECK(parsed.at("size") == message.at("size"));
  const auto plain = world.get("/api/messages/" + world.deliver({.text = "\r\n"})).json();
  CHECK(plain.at("html").is_null());
  CHECK(plain.at("attachments").as_array().empty());
  world.end();
}

TEST_CASE("messages: the bytes, and parts without their encoding") {
  ApiWorld world;
  const auto id = world.deliver({.text = multipart});
  const auto raw = world.get("/api/messages/" + id + "/raw");
  CHECK(raw.status == 200);
  CHECK(raw.head.contains("Content-Type: message/rfc822\r\n"));
  CHECK(raw.head.contains(fmt::format("Content-Length: {}\r\n", raw.body.size())));
  CHECK(raw.body.starts_with("Delivered-To: bob@example.org\r\n"));
  CHECK(raw.body.ends_with(multipart));

  struct Row {
    const char* part;
    unsigned status;
    std::string type;
    std::string body;
  };

  const std::vector<Row> rows = {
      {"1.1", 200, "text/plain; charset=utf-8", "schön"},
      {"1.2", 200, "text/html; charset=utf-8", "<p>sch&ouml;n"},
      {"2", 200, "application/x-thing", std::string("\0\1\2\3", 4)},
      {"3", 404, "", ""},
      {"1.1.1", 404, "", ""},
      {"0", 400, "", ""},
      {"", 404, "", ""},
      {"x", 400, "", ""},
      {"1.", 400, "", ""},
      {"1..2", 400, "", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.part);
    const auto got = world.get("/api/messages/" + id + "/parts/" + row.part);
    CHECK(got.status == row.status);
    if (row.status != 200) continue;
    CHECK(got.body == row.body);
    CHECK(got.head.contains("Content-Type: " + row.type + "\r\n"));
    CHECK(got.head.contains("X-Content-Type-Options: nosniff\r\n"));
    CHECK(got.head.contains("sandbox"));
  }
  world.end();
}

TEST_CASE("messages: the texts, whole, and by latest") {
  ApiWorld world;
  const auto first = world.deliver({.to = {"a@x"}, .text = multipart});
  world.deliver({.to = {"b@x"}, .text = "Content-Type: text/html\r\n\r\n<p>b"});

  struct Row {
    std::string path;
    unsigned status;
    std::string type;
    std::string body;
  };

  const std::string plain = "text/plain; charset=utf-8";
  const std::string html = "text/html; charset=utf-8";
  const std::vector<Row> rows = {
      {first + "/text", 200, plain, "schön"},
      {first + "/html", 200, html, "<p>sch&ouml;n"},
      {"latest/html", 200, html, "<p>b"},
      {"latest/html?to=a@x", 200, html, "<p>sch&ouml;n"},
      {"latest/text?to=a@x", 200, plain, "schön"},
      {"latest/parts/2?to=a@x", 200, "application/x-thing", std::string("\0\1\2\3", 4)},
      {"latest/text", 404, "", "has no text/plain"},
      {"latest/text?to=c@x", 404, "", "no message is there that fits"},
      {"latest/raw?to=c@x", 404, "", "no message is there that fits"},
      {first + "/html?to=a@x", 400, "", "there is no parameter \\\"to\\\" here"},
      {"latest/html?limit=1", 400, "", "there is no parameter \\\"limit\\\" here"},
      {"1.1.99/text", 404, "", "there is no message 1.1.99"},
      {"x/html", 404, "", "there is no message x"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    const auto got = world.get("/api/messages/" + row.path);
    CHECK(got.status == row.status);
    if (row.status != 200) {
      CHECK(got.body.contains(row.body));
      continue;
    }
    CHECK(got.body == row.body);
    CHECK(got.head.contains("Content-Type: " + row.type + "\r\n"));
    CHECK(got.head.contains("sandbox"));
  }
  CHECK(world.get("/api/messages/latest/raw?to=a@x").body.ends_with(multipart));
  CHECK(world.ask("DELETE", "/api/messages/latest").status == 404);
  CHECK(world.ids("/api/messages").size() == 2);
  world.end();
}

TEST_CASE("messages: large ones, piece by piece") {
  ApiWorld world;
  std::string body;
  for (int i = 0; i < 60'000; ++i) body += fmt::format("line {} of many\r\n", i);
  const auto id = world.deliver({.text = "Subject: large\r\n\r\n" + body});
  CHECK(world.get("/api/messages/" + id + "/raw").body.ends_with(body));
  CHECK(world.get("/api/messages/" + id + "/parts/1").body == body);
  // A text within an object is cut.
  const auto shown = text(world.get("/api/messages/" + id).json().at("text"));
  CHECK(shown.size() == 1U << 20U);
  CHECK(body.starts_with(shown));
  world.end();
}

TEST_CASE("messages: a type that is no type is not sent on") {
  ApiWorld world;
  const auto id = world.deliver({.text = "Content-Type: \"te xt\"/<html>\r\n\r\nx"});
  const auto got = world.get("/api/messages/" + id + "/parts/1");
  CHECK(got.status == 200);
  CHECK(got.body == "x");
  CHECK_FALSE(got.head.contains("<html>"));
  world.end();
}

TEST_CASE("messages: deleted are those that a list would show, and no others") {
  ApiWorld world;
  const auto kept = world.deliver({.to = {"carol@example.org"}});
  for (int i = 0; i < 3; ++i) world.deliver({});
  const auto sent = world.deliver({.mailbox = "Sent"});
  const auto deleted = [&](std::string_view target) {
    const auto got = world.ask("DELETE", target);
    CHECK(got.status == 200);
    return got.json().at("deleted").to_number<int>();
  };
  const auto ids = world.ids("/api/messages?to=bob");
  CHECK(deleted("/api/messages/" + ids[1]) == 1);
  CHECK(world.ask("DELETE", "/api/messages/" + ids[1]).status == 404);
  CHECK(deleted("/api/messages?to=bob") == 2);
  CHECK(deleted("/api/messages?to=bob") == 0);
  CHECK(world.ids("/api/messages") == Ids{kept});
  CHECK(deleted("/api/messages") == 1);
  CHECK(world.ids("/api/messages?mailbox=Sent") == Ids{sent});
  world.end();
}

TEST_CASE("messages: what is not there, or is no id") {
  ApiWorld world;
  world.deliver({});
  for (const auto* id : {"1.1.2", "1.2.1", "9.1.1", "1.1.0", "1.1", "1.1.1.1", "x", "1.1.-1",
                         "1.1.4294967296", "%31.1.x"}) {
    CAPTURE(id);
    for (const auto* rest : {"", "/raw", "/text", "/html", "/parts/1"}) {
      const auto got = world.get(fmt::format("/api/messages/{}{}", id, rest));
      CHECK(got.status == 404);
      CHECK(text(got.json().at("error")).starts_with("there is no message "));
    }
    CHECK(world.ask("DELETE", fmt::format("/api/messages/{}", id)).status == 404);
  }
  world.end();
}
