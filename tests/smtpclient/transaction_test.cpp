// One message: what is said for it, and what becomes of each recipient.
#include "client_world.h"
#include "support/catch.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace mox;
using namespace mox::smtpclient;
using namespace mox::smtpclient::test;
using namespace std::chrono_literals;

namespace {

const std::string mail = "C: MAIL FROM:<a@a.example>\n";
const std::string to_x = "C: RCPT TO:<x@b.example>\n";
const std::string to_y = "C: RCPT TO:<y@b.example>\n";
const std::string data = "C: DATA\nS: 354 go on\n";
const std::string yes = "S: 250 2.0.0 ok\n";
// To x alone, until the message is awaited.
const std::string begun_to_x = mail + yes + to_x + yes + data;
const std::string sent_to_x = begun_to_x + "@message\n" + yes + bye;
// What "250 2.0.0 ok" becomes for a recipient.
const std::string delivered = "delivered";

// "delivered", or cause and text.
std::string outcome(const Result<void, smtpclient::Error>& recipient) {
  return recipient ? delivered : recipient.error().text;
}

std::vector<std::string> outcomes(const Sent& sent) {
  std::vector<std::string> all;
  for (const auto& recipient : sent.recipients) all.push_back(outcome(recipient));
  return all;
}

struct Row {
  const char* name;
  const char* extensions;
  std::string script;
  std::vector<std::string> want; // for x and y
};

} // namespace

TEST_CASE("one message to two recipients") {
  const std::string refused = "S: 550 5.1.1 no such user\n";
  const std::string x_refused = "RCPT TO:<x@b.example>: mx.example says 550 5.1.1 no such user";
  const std::string y_refused = "RCPT TO:<y@b.example>: mx.example says 550 5.1.1 no such user";
  const std::string both = mail + to_x + to_y;
  const std::string all = both + "C: DATA\n";
  const std::vector<Row> rows = {
      {"one by one",
       "",
       mail + yes + to_x + yes + to_y + yes + data + "@message\n" + yes + bye,
       {delivered, delivered}},
      {"at once",
       "PIPELINING",
       all + yes + yes + yes + "S: 354 go\n@message\n" + yes + bye,
       {delivered, delivered}},
      {"other codes of success",
       "",
       mail + "S: 251 x\n" + to_x + "S: 251 x\n" + to_y + "S: 252 x\n" + data + "@message\n" +
           "S: 299 x\n" + bye,
       {delivered, delivered}},
      {"replies of several lines",
       "PIPELINING",
       all + "S: 250-a\nS: 250 b\nS: 250-c\n" + yes + yes + "S: 354 go\n@message\n" + yes + bye,
       {delivered, delivered}},
      {"x refused",
       "",
       mail + yes + to_x + refused + to_y + yes + data + "@message\n" + yes + bye,
       {x_refused, delivered}},
      {"y refused, at once",
       "PIPELINING",
       all + yes + yes + refused + "S: 354 go\n@message\n" + yes + bye,
       {delivered, y_refused}},
      {"both refused",
       "",
       mail + yes + to_x + refused + to_y + refused + bye,
       {x_refused, y_refused}},
      {"both refused, at once",
       "PIPELINING",
       all + yes + refused + refused + "S: 554 5.5.1 no recipients\n" + bye,
       {x_refused, y_refused}},
      {"both refused, and data wanted all the same",
       "PIPELINING",
       all + yes + refused + refused + "S: 354 go\nC: .\nS: 554 nothing\n" + bye,
       {x_refused, y_refused}},
      {"both refused, and nothing taken as a message",
       "PIPELINING",
       all + yes + refused + refused + "S: 354 go\nC: .\nS: 250 nothing\n" + bye,
       {x_refused, y_refused}},
      {"sender refused",
       "",
       mail + "S: 550 5.7.1 not you\n" + bye,
       {"MAIL FROM:<a@a.example>: mx.example says 550 5.7.1 not you",
        "MAIL FROM:<a@a.example>: mx.example says 550 5.7.1 not you"}},
      {"sender refused, at once",
       "PIPELINING",
       all + "S: 451 4.7.1 later\nS: 503 5.5.1 x\nS: 503 5.5.1 x\nS: 503 5.5.1 x\n" + bye,
       {"MAIL FROM:<a@a.example>: mx.example says 451 4.7.1 later",
        "MAIL FROM:<a@a.example>: mx.example says 451 4.7.1 later"}},
      {"sender refused, and all else accepted",
       "PIPELINING",
       all + "S: 550 no\n" + yes + yes + "S: 354 go\n@eof\n",
       {"MAIL FROM:<a@a.example>: mx.example says 550 no",
        "MAIL FROM:<a@a.example>: mx.example says 550 no"}},
      {"data refused",
       "",
       mail + yes + to_x + yes + to_y + refused + "C: DATA\nS: 451 x\n" + bye,
       {"DATA: mx.example says 451 x", y_refused}},
      {"data refused, at once",
       "PIPELINING",
       all + yes + yes + refused + "S: 554 x\n" + bye,
       {"DATA: mx.example says 554 x", y_refused}},
      {"message refused",
       "PIPELINING",
       all + yes + refused + yes + "S: 354 go\n@message\nS: 554 5.7.1 spam\n" + bye,
       {x_refused, "the end of the message: mx.example says 554 5.7.1 spam"}},
  };
  for (const bool trickle : {false, true}) {
    for (const auto& row : rows) {
      CAPTURE(row.name, trickle);
      ClientWorld world;
      world.trickle = trickle;
      CHECK(world.send(row.extensions, row.script, {envelope({"x", "y"})}) == "");
      REQUIRE(world.sent.size() == 1);
      const auto& sent = world.sent.front();
      CHECK(outcomes(sent) == row.want);
      const bool any = row.want[0] == delivered || row.want[1] == delivered;
      CHECK(sent.reply.has_value() == any);
      CHECK((sent.error() == nullptr) == (row.want == std::vector{delivered, delivered}));
      for (const auto& message : world.messages) CHECK(message == some_message);
    }
  }
}

TEST_CASE("errors say what they are") {
  ClientWorld world;
  CHECK(world.send("", mail + yes + to_x + "S: 450-4.2.1 busy\nS: 450 4.2.1 later\n" + bye,
                   {envelope({"x"})}) == "");
  const smtpclient::Error want{.cause = Cause::reply,
                               .stage = Stage::rcpt,
                               .reply = smtp::Reply{450, {4, 2, 1}, {"busy", "later"}},
                               .permanent = false,
                               .text =
                                   "RCPT TO:<x@b.example>: mx.example says 450 4.2.1 busy later"};
  REQUIRE(world.sent.front().error() != nullptr);
  CHECK(*world.sent.front().error() == want);
  CHECK(plain(want) == mox::Error{ErrorKind::temporary, want.text});
}

TEST_CASE("a transaction that ends with the connection") {
  const std::string begun = mail + yes + to_x + yes + to_y;
  const std::string open = begun + yes + data;

  struct Broken {
    const char* name;
    const char* extensions;
    std::string script;
    Cause cause;
    Stage stage;
    std::string text;
  };

  const std::vector<Broken> rows = {
      {"421 to MAIL", "", mail + "S: 421 4.3.2 x\n@eof\n", Cause::reply, Stage::mail,
       "MAIL FROM:<a@a.example>: mx.example says 421 4.3.2 x"},
      {"421 to RCPT", "", begun + "S: 421 x\n@eof\n", Cause::reply, Stage::rcpt,
       "RCPT TO:<y@b.example>: mx.example says 421 x"},
      {"421 within a group", "PIPELINING",
       mail + to_x + to_y + "C: DATA\n" + yes + "S: 421 x\n@close\n", Cause::reply, Stage::rcpt,
       "RCPT TO:<x@b.example>: mx.example says 421 x"},
      {"421 to DATA", "", begun + yes + "C: DATA\nS: 421 x\n@eof\n", Cause::reply, Stage::data,
       "DATA: mx.example says 421 x"},
      {"421 to the message", "", open + "@message\nS: 421 x\n@eof\n", Cause::reply, Stage::message,
       "the end of the message: mx.example says 421 x"},
      {"closed after MAIL", "", mail + "@close\n", Cause::network, Stage::mail,
       "MAIL FROM:<a@a.example>: read from 192.0.2.25:25: the peer closed the connection"},
      {"closed within a group", "PIPELINING",
       mail + to_x + to_y + "C: DATA\n" + yes + yes + "@close\n", Cause::network, Stage::rcpt,
       "RCPT TO:<y@b.example>: read from 192.0.2.25:25: the peer closed the connection"},
      {"closed after DATA", "", begun + yes + "C: DATA\n@close\n", Cause::network, Stage::data,
       "DATA: read from"},
      {"closed after the message", "", open + "@message\n@close\n", Cause::network, Stage::message,
       "the end of the message: read from"},
      {"wrong kind of reply to MAIL", "", mail + "S: 354 x\n@eof\n", Cause::protocol, Stage::mail,
       "MAIL FROM:<a@a.example>: mx.example answers out of turn: 354 x"},
      {"wrong kind of reply to RCPT", "", begun + "S: 334 x\n@eof\n", Cause::protocol, Stage::rcpt,
       "RCPT TO:<y@b.example>: mx.example answers out of turn: 334 x"},
      {"wrong kind of reply to DATA", "", begun + yes + "C: DATA\nS: 250 x\n@eof\n",
       Cause::protocol, Stage::data, "DATA: mx.example answers out of turn: 250 x"},
      {"wrong kind of reply to the message", "", open + "@message\nS: 354 x\n@eof\n",
       Cause::protocol, Stage::message,
       "the end of the message: mx.example answers out of turn: 354 x"},
      {"no reply at all", "", mail + "S: nonsense\n@eof\n", Cause::protocol, Stage::mail,
       "MAIL FROM:<a@a.example>: mx.example sends no reply: not an SMTP reply"},
      {"one reply too many", "", mail + yes + yes + "@eof\n", Cause::protocol, Stage::rcpt,
       "RCPT TO:<x@b.example>: mx.example sends a reply that nobody has asked for"},
      {"half a reply too many", "", mail + yes + "@raw 2\n@eof\n", Cause::protocol, Stage::rcpt,
       "RCPT TO:<x@b.example>: mx.example sends a reply that nobody has asked for"},
      {"an endless line", "", mail + "@flood\n", Cause::protocol, Stage::mail,
       "MAIL FROM:<a@a.example>: line of more than 4098 bytes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    // The second is not even begun.
    CHECK(world.send(row.extensions, row.script, {envelope({"x", "y"}), envelope({"x"})}) == "");
    REQUIRE(world.sent.size() == 2);
    CHECK(!world.sent[0].reply);
    const auto& error = world.sent[0].recipients[1].error();
    CHECK(error.cause == row.cause);
    CHECK(error.stage == row.stage);
    CHECK(!error.permanent);
    CHECK(error.text.substr(0, row.text.size()) == row.text);
    CHECK(world.sent[0].recipients[0].error() == error);
    CHECK(outcomes(world.sent[1]) == std::vector<std::string>{"the connection is closed"});
  }
}

TEST_CASE("a transaction that takes too long") {
  struct Slow {
    const char* name;
    std::string script;
    Timeouts::Duration Timeouts::* timeout;
    Stage stage;
  };

  const std::string before_data = mail + yes + to_x + yes;
  const std::vector<Slow> rows = {
      {"MAIL", mail + "@eof\n", &Timeouts::mail, Stage::mail},
      {"RCPT", mail + yes + to_x + "@eof\n", &Timeouts::rcpt, Stage::rcpt},
      {"DATA", before_data + "C: DATA\n@eof\n", &Timeouts::data, Stage::data},
      {"message", before_data + data + "@message\n@eof\n", &Timeouts::message, Stage::message},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    world.options.timeouts.*row.timeout = 20ms;
    CHECK(world.send("", row.script, {envelope({"x"})}) == "");
    REQUIRE(world.sent.front().error() != nullptr);
    CHECK(world.sent.front().error()->cause == Cause::timeout);
    CHECK(world.sent.front().error()->stage == row.stage);
  }
}

TEST_CASE("a server that stops listening within the message") {
  struct Row {
    const char* name;
    std::string script;
    Cause cause;
    std::string text;
  };

  const std::string begun = mail + yes + to_x + yes + data + "@take 1000\n";
  const std::vector<Row> rows = {
      {"says nothing", begun + "@stall\n", Cause::timeout, "the message: write to"},
      {"says why", begun + "@say 552 5.3.4 too much\n@stall\n", Cause::reply,
       "the message: mx.example says 552 5.3.4 too much"},
      {"says why, and ends", begun + "@say 552 5.3.4 too much\n@reset\n", Cause::reply,
       "the message: mx.example says 552 5.3.4 too much"},
      {"says what means nothing, and ends", begun + "@say 250 ok\n@reset\n", Cause::network,
       "the message: write to"},
      {"ends", begun + "@reset\n", Cause::network, "the message: write to"},
  };
  std::string large;
  while (large.size() < 1'000'000) large += "a line of a large message\r\n";
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    world.options.timeouts.block = 50ms;
    CHECK(world.send("", row.script, {envelope({"x"})}, large) == "");
    REQUIRE(world.sent.front().error() != nullptr);
    const auto& error = *world.sent.front().error();
    CHECK(error.cause == row.cause);
    CHECK(error.stage == Stage::message);
    CHECK(error.text.substr(0, row.text.size()) == row.text);
  }
}

TEST_CASE("several messages over one connection") {
  const std::string ready = mail + yes + to_x + yes + data + "@message\n" + yes;
  const std::string refused = mail + yes + to_x + "S: 550 no\n";
  const std::string reset = "C: RSET\nS: 250 ok\n";

  struct Several {
    const char* name;
    std::string script;
    std::vector<bool> want;
  };

  const std::vector<Several> rows = {
      {"one after the other", ready + ready + bye, {true, true}},
      {"after one without recipients", refused + reset + ready + bye, {false, true}},
      {"after a sender refused", mail + "S: 550 no\n" + ready + bye, {false, true}},
      {"after a message refused",
       mail + yes + to_x + yes + data + "@message\nS: 554 no\n" + reset + ready + bye,
       {false, true}},
      {"after data refused",
       mail + yes + to_x + yes + "C: DATA\nS: 451 no\n" + reset + ready + bye,
       {false, true}},
      {"RSET refused", refused + "C: RSET\nS: 500 no\n@eof\n", {false, false}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    CHECK(world.send("", row.script, {envelope({"x"}), envelope({"x"})}) == "");
    REQUIRE(world.sent.size() == 2);
    for (std::size_t i = 0; i < 2; ++i)
      CHECK(world.sent[i].recipients.front().has_value() == row.want[i]);
  }

  ClientWorld world;
  const std::string group = mail + to_x + "C: DATA\n";
  CHECK(world.send("PIPELINING",
                   group + yes + "S: 550 no\nS: 503 no\n" + "C: RSET\n" + group + yes + yes + yes +
                       "S: 354 go\n@message\n" + yes + bye,
                   {envelope({"x"}), envelope({"x"})}) == "");
  CHECK(!world.sent[0].recipients.front());
  CHECK(world.sent[1].recipients.front());
}

namespace {

async::Task<> reset_and_noop(Client& client, std::vector<std::string>& said) {
  const auto noop = co_await client.noop();
  said.push_back(noop ? "" : noop.error().text);
  const auto reset = co_await client.reset();
  said.push_back(reset ? "" : reset.error().text);
}

async::Task<> check_usable(Client& client, std::vector<bool>& usable) {
  for (int i = 0; i < 3; ++i) {
    usable.push_back(client.usable());
    TextSource source(some_message);
    const auto one = envelope({"x"});
    const auto sent = co_await client.send(one, source);
    CHECK(sent.recipients.front().has_value() == (i < 2));
  }
  usable.push_back(client.usable());
}

} // namespace

TEST_CASE("RSET and NOOP") {
  const std::string open = hello + "S: 250 mx\nC: NOOP\n";
  std::vector<std::string> said;
  ClientWorld world;
  const auto talk = [&](Client& client) { return reset_and_noop(client, said); };
  CHECK(world.play(open + "S: 250 ok\nC: RSET\nS: 250 ok\n" + bye, talk) == "");
  CHECK(said == std::vector<std::string>{"", ""});
  said.clear();
  CHECK(world.play(open + "S: 450 no\nC: RSET\nS: 421 bye\n@eof\n", talk) == "");
  CHECK(said ==
        std::vector<std::string>{"NOOP: mx.example says 450 no", "RSET: mx.example says 421 bye"});
}

TEST_CASE("a server that takes two messages at a time") {
  const std::string ready = mail + yes + to_x + yes + data + "@message\n" + yes;
  std::vector<bool> usable;
  ClientWorld world;
  CHECK(world.play(hello + "S: 250-mx\nS: 250 LIMITS MAILMAX=2\n" + ready + ready + mail +
                       "S: 421 enough\n@eof\n",
                   [&](Client& client) { return check_usable(client, usable); }) == "");
  CHECK(usable == std::vector{true, true, false, false});
}

TEST_CASE("a server that takes two recipients at a time") {
  const std::string script = mail + yes + to_x + yes + to_y + yes + data + "@message\n" + yes + bye;
  ClientWorld world;
  CHECK(world.send("LIMITS RCPTMAX=2", script, {envelope({"x", "y", "z"})}) == "");
  const auto& sent = world.sent.front();
  CHECK(outcomes(sent) ==
        std::vector<std::string>{delivered, delivered, "mx.example takes 2 recipients at a time"});
  CHECK(sent.recipients[2].error().cause == Cause::too_many_recipients);
  CHECK(!sent.recipients[2].error().permanent);
}

TEST_CASE("many recipients go out in groups") {
  Envelope many{.from = path("a", "a.example"), .size = 20};
  std::string script = mail;
  std::string replies = yes;
  std::size_t in_group = 1;
  for (int i = 0; i < 250; ++i) {
    const auto user = "user" + std::to_string(i);
    many.to.push_back(path(user));
    script += "C: RCPT TO:<" + user + "@b.example>\n";
    replies += i % 3 == 0 ? "S: 550 no\n" : yes;
    if (++in_group < 100) continue;
    script += std::exchange(replies, "");
    in_group = 0;
  }
  script += "C: DATA\n" + replies + "S: 354 go\n@message\n" + yes + bye;
  ClientWorld world;
  CHECK(world.send("PIPELINING", script, {many}) == "");
  const auto& sent = world.sent.front();
  REQUIRE(sent.recipients.size() == 250);
  for (std::size_t i = 0; i < 250; ++i) CHECK(sent.recipients[i].has_value() == (i % 3 != 0));
}

TEST_CASE("a message to nobody") {
  ClientWorld world;
  CHECK(world.send("PIPELINING", bye, {envelope({})}) == "");
  CHECK(world.sent.front().recipients.empty());
  CHECK(world.sent.front().error() == nullptr);
}

TEST_CASE("messages of every form arrive as they are") {
  struct Form {
    const char* name;
    std::string message;
    std::string want; // with dots
  };

  std::string large;
  std::string large_dotted;
  while (large.size() < 300'000) {
    large += ".a line that begins with a dot\r\n";
    large_dotted += "..a line that begins with a dot\r\n";
  }
  const std::vector<Form> rows = {
      {"empty", "", ""},
      {"dots", ".\r\n..\r\n.a\r\na.\r\n", "..\r\n...\r\n..a\r\na.\r\n"},
      {"no line end", "Subject: x\r\n\r\ntext", "Subject: x\r\n\r\ntext\r\n"},
      {"8 bit", "Subject: x\r\n\r\n\xe4\r\n", "Subject: x\r\n\r\n\xe4\r\n"},
      {"large", large, large_dotted},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    CHECK(world.send("", sent_to_x, {envelope({"x"})}, row.message) == "");
    CHECK(world.sent.front().error() == nullptr);
    REQUIRE(world.messages.size() == 1);
    CHECK((world.messages.front() == row.want));
    CHECK(world.trace.contains("> DATA\n< 354 go on\n> ... (" + std::to_string(row.message.size()) +
                               " bytes)\n< 250 2.0.0 ok\n"));
  }
}

TEST_CASE("a message with bare line ends is not sent") {
  const auto script = begun_to_x + "@eof\n";
  for (const std::string message : {"a\nb\r\n", "a\rb\r\n", "a\n.\r\nMAIL FROM:<>\r\n", "a\r"}) {
    CAPTURE(message);
    ClientWorld world;
    CHECK(world.send("", script, {envelope({"x"})}, message) == "");
    REQUIRE(world.sent.front().error() != nullptr);
    const auto& error = *world.sent.front().error();
    CHECK(error.cause == Cause::message);
    CHECK(error.permanent);
    CHECK(error.text == "a line of the message does not end in CRLF");
  }
}

namespace {

// Two pieces, and then it fails.
class BrokenSource final : public MessageSource {
public:
  async::Task<Result<std::string_view>> next() override {
    if (++calls_ < 3) co_return "a line\r\n";
    co_return failure(ErrorKind::corrupt, "the spool file is damaged");
  }

private:
  int calls_ = 0;
};

async::Task<> send_broken(Client& client, Sent& sent) {
  BrokenSource source;
  const auto one = envelope({"x"});
  sent = co_await client.send(one, source);
}

} // namespace

TEST_CASE("a message that cannot be read is not completed") {
  ClientWorld world;
  Sent sent;
  CHECK(world.play(hello + "S: 250 mx\n" + begun_to_x + "@eof\n",
                   [&](Client& client) { return send_broken(client, sent); }) == "");
  REQUIRE(sent.error() != nullptr);
  CHECK(sent.error()->cause == Cause::message);
  CHECK(!sent.error()->permanent);
  CHECK(sent.error()->text == "the spool file is damaged");
}

TEST_CASE("wishes about reports are told to those who know them") {
  auto wishing = envelope({"x"});
  wishing.reports = {.notify = "SUCCESS,DELAY",
                     .returned = Reports::Returned::headers,
                     .envelope_id = "a b+c=\x7e"};
  ClientWorld world;
  CHECK(world.send("DSN",
                   "C: MAIL FROM:<a@a.example> RET=HDRS ENVID=a+20b+2Bc+3D~\n" + yes +
                       "C: RCPT TO:<x@b.example> NOTIFY=SUCCESS,DELAY\n" + yes + data +
                       "@message\n" + yes + bye,
                   {wishing}) == "");
  CHECK(outcomes(world.sent.at(0)) == std::vector{delivered});

  ClientWorld other;
  CHECK(other.send("", sent_to_x, {wishing}) == "");
  CHECK(outcomes(other.sent.at(0)) == std::vector{delivered});

  wishing.reports = {.returned = Reports::Returned::full};
  ClientWorld full;
  CHECK(full.send("DSN",
                  "C: MAIL FROM:<a@a.example> RET=FULL\n" + yes + to_x + yes + data + "@message\n" +
                      yes + bye,
                  {wishing}) == "");
  CHECK(outcomes(full.sent.at(0)) == std::vector{delivered});
}
