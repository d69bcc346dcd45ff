#include "sendmailprogram/world.h"

using namespace mox;
using namespace mox::test;
using sendmail::ExitCode;

namespace {

const std::string from_jane = "C: MAIL FROM:<jane@host.example>\n" + yes;
const std::string to_b = "C: RCPT TO:<b@x.example>\n";
const std::string takes_one = greeted + from_jane + to_b + yes + data + yes + bye;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a message on standard input goes to the server") {
  ProgramWorld world;
  const auto server = world.serve({asked_for_name, takes_one});
  const auto ran = world.run({"-i", "b@x.example"}, "Subject: hi\n\n.\ntext\n");
  CHECK(ran.errors == "");
  CHECK(ran.output == "");
  CHECK(ran.code == ExitCode::ok);
  CHECK(server->end() == "");
  REQUIRE(server->messages().size() == 1);
  const auto& message = server->messages()[0];
  CHECK(message.starts_with("Subject: hi\r\nDate: "));
  CHECK(has(message, "\r\nFrom: Jane Doe <jane@host.example>\r\nMessage-ID: <"));
  CHECK(has(message, "@host.example>\r\n"));
  CHECK(message.ends_with("\r\n\r\n..\r\ntext\r\n"));
  CHECK(world.kept() == 0);
  REQUIRE(world.log.size() == 1);
  CHECK(world.log[0].starts_with(
      "status=sent from=<jane@host.example> to=<b@x.example> accepted=1 refused=0 size="));
}

TEST_CASE("recipients of the header, and a sender of the command line") {
  ProgramWorld world;
  const auto server = world.serve(
      {asked_for_name, greeted + "C: MAIL FROM:<www@y.example>\n" + yes +
                           "C: RCPT TO:<c@x.example>\n" + yes + to_b + yes +
                           "C: RCPT TO:<root@host.example>\n" + yes + data + yes + bye});
  const auto ran =
      world.run({"-t", "-F", "Web", "-f", "www@y.example", "c@x.example"},
                "To: b@x.example\nBcc: root\nCc: root (Admin)\nSubject: hi\n\ntext\n.\nlost\n");
  CHECK(ran.errors == "");
  CHECK(ran.code == ExitCode::ok);
  CHECK(server->end() == "");
  REQUIRE(server->messages().size() == 1);
  const auto& message = server->messages()[0];
  CHECK(message.starts_with("To: b@x.example\r\nCc: Admin <root@host.example>\r\nSubject: hi\r\n"));
  CHECK(has(message, "\r\nFrom: Web <jane@host.example>\r\n"));
  CHECK_FALSE(has(message, "Bcc"));
  CHECK(message.ends_with("\r\n\r\ntext\r\n"));
}

TEST_CASE("what the server refuses is told in one line") {
  ProgramWorld world;
  const auto server =
      world.serve({asked_for_name,
                   greeted + from_jane + to_b + "S: 550-5.1.1 who\nS: 550 5.1.1 is it\n" + bye});
  const auto ran = world.run({"b@x.example"}, "x\n");
  CHECK(ran.code == ExitCode::no_user);
  CHECK(ran.errors == "sendmail: RCPT TO:<b@x.example>: " + world.place.socket.native() +
                          " says 550 5.1.1 who is it\n");
  CHECK(server->end() == "");
  CHECK(world.kept() == 0);
  REQUIRE(world.log.size() == 1);
  CHECK(world.log[0].starts_with("status=refused "));
}

TEST_CASE("some recipients are refused") {
  ProgramWorld world;
  const auto server =
      world.serve({asked_for_name, greeted + from_jane + to_b + "S: 550 5.1.1 who\n" +
                                       "C: RCPT TO:<c@x.example>\n" + yes + data + yes + bye});
  const auto ran = world.run({"b@x.example", "c@x.example"}, "x\n");
  CHECK(ran.code == ExitCode::no_user);
  CHECK(has(ran.errors, "sendmail: 1 of 2 recipients are refused, the others get the message: "));
  CHECK(server->end() == "");
}

TEST_CASE("a message that cannot be sent is kept, and goes along with the next") {
  ProgramWorld world;
  const auto ran = world.run({"b@x.example"}, "Subject: first\n\nx\n");
  CHECK(ran.code == ExitCode::ok);
  CHECK(ran.errors == "");
  CHECK(world.kept() == 1);
  REQUIRE(world.log.size() == 1);
  CHECK(world.log[0].starts_with("status=kept "));

  const auto queue = world.run({"-bp"}, "");
  CHECK(queue.code == ExitCode::ok);
  CHECK(has(queue.output, "  from <jane@host.example>"));
  CHECK(has(queue.output, "  waiting: connect to " + world.place.socket.native() +
                              ": nobody listens there\n  waiting  <b@x.example>\n-- 1 message\n"));

  const auto verbose = world.run({"-v", "b@x.example"}, "Subject: second\n\nx\n");
  CHECK(verbose.code == ExitCode::ok);
  CHECK(has(verbose.errors, "the message waits as "));
  CHECK(world.kept() == 2);

  const auto server = world.serve({asked_for_name, greeted + from_jane + to_b + yes + data + yes +
                                                       from_jane + to_b + yes + data + yes +
                                                       from_jane + to_b + yes + data + yes + bye});
  CHECK(world.run({"b@x.example"}, "Subject: third\n\nx\n").code == ExitCode::ok);
  CHECK(server->end() == "");
  REQUIRE(server->messages().size() == 3);
  CHECK(has(server->messages()[0], "Subject: third"));
  CHECK(has(server->messages()[1] + server->messages()[2], "Subject: first"));
  CHECK(has(server->messages()[1] + server->messages()[2], "Subject: second"));
  CHECK(world.kept() == 0);
  CHECK(world.run({"-bp"}, "").output == "Mail queue is empty\n");
}

TEST_CASE("-q sends what waits") {
  ProgramWorld world;
  CHECK(world.run({"-q"}, "").code == ExitCode::ok);
  world.run({"b@x.example"}, "Subject: first\n\nx\n");
  CHECK(world.run({"-q"}, "").code == ExitCode::temporary);
  CHECK(world.kept() == 1);
  const auto server = world.serve({takes_one});
  const auto ran = world.run({"-q", "-v"}, "");
  CHECK(server->end() == "");
  CHECK(ran.code == ExitCode::ok);
  CHECK(has(ran.errors, "1 sent, 0 waiting, 0 failed\n"));
  CHECK(has(ran.errors, "> MAIL FROM:<jane@host.example>\n< 250 2.0.0 ok\n"));
  CHECK(world.kept() == 0);
}

TEST_CASE("only those who wait are kept") {
  ProgramWorld world;
  const auto server =
      world.serve({asked_for_name, greeted + from_jane + to_b +
                                       "S: 450 4.2.1 later\nC: RCPT TO:<c@x.example>\n" + yes +
                                       data + yes + bye});
  const auto ran = world.run({"b@x.example", "c@x.example"}, "x\n");
  CHECK(ran.code == ExitCode::ok);
  CHECK(server->end() == "");
  CHECK(world.kept() == 1);
  const auto queue = world.run({"-bp"}, "").output;
  CHECK(has(queue, "b@x.example"));
  CHECK_FALSE(has(queue, "c@x.example"));
}

TEST_CASE("what can be neither sent nor kept is tried again by the caller") {
  ProgramWorld world;
  world.place.own_spool.clear();
  const auto ran = world.run({"b@x.example"}, "x\n");
  CHECK(ran.code == ExitCode::temporary);
  CHECK(ran.errors.starts_with("sendmail: connect to "));
  CHECK(has(ran.errors, "; it cannot be kept either: "));
  world.place.temporary = {world.folder / "nowhere"};
  CHECK(world.run({"b@x.example"}, "x\n").code == ExitCode::temporary);
}

TEST_CASE("wrong use and wrong messages have their codes") {
  ProgramWorld world;
  CHECK(world.run({"@"}, "x\n").code == ExitCode::usage);
  CHECK(world.run({"-f", "a,b", "c@x.example"}, "x\n").code == ExitCode::usage);
  const auto nobody = world.run({"-t"}, "Subject: x\n\nx\n");
  CHECK(nobody.code == ExitCode::data);
  CHECK(nobody.errors == "sendmail: the message names no recipient in To, Cc or Bcc\n");
  CHECK(world.run({"-t"}, "To: @\n\nx\n").code == ExitCode::data);
  CHECK(world.log.empty());
  CHECK(world.kept() == 0);
}

TEST_CASE("a login that is refused keeps nothing") {
  ProgramWorld world;
  auto listener = net::Listener::bind({net::Address::v4({127, 0, 0, 1}), 0}).value();
  world.route.socket.clear();
  world.route.from = address::parse_address("web@x.example").value();
  world.route.server = submitclient::Server{.host = "127.0.0.1",
                                            .port = listener.local().port,
                                            .user = "u",
                                            .password = text::Secret(std::string("p"))};
  ScriptedServer server(std::move(listener),
                        {"S: 220 x\nC: EHLO host.example\nS: 250-x\nS: 250 AUTH "
                         "PLAIN\nC: AUTH PLAIN AHUAcA==\nS: 535 5.7.8 no\n" +
                         bye});
  const auto ran = world.run({"b@x.example"}, "x\n");
  CHECK(server.end() == "");
  CHECK(ran.code == ExitCode::no_permission);
  CHECK(has(ran.errors, "535 5.7.8 no"));
  CHECK(world.kept() == 0);
  // Nobody is root there.
  const auto bare = world.run({"root"}, "x\n");
  CHECK(bare.code == ExitCode::usage);
  CHECK(has(bare.errors, "no default-destination"));
}

TEST_CASE("SMTP on standard input") {
  ProgramWorld world;
  const auto server = world.serve({asked_for_name, greeted + "C: MAIL FROM:<a@x.example>\n" + yes +
                                                       to_b + yes + data + yes + bye});
  const auto ran =
      world.run({"-bs"}, "EHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\n"
                         "DATA\r\nSubject: x\r\nBcc: c@x.example\r\n\r\n..x\r\n.\r\n"
                         "QUIT\r\n");
  CHECK(ran.code == ExitCode::ok);
  CHECK(ran.errors == "");
  CHECK(ran.output.starts_with("220 host.example ESMTP mox\r\n250-host.example\r\n"));
  CHECK(ran.output.ends_with("250 2.0.0 the message is on its way\r\n221 2.0.0 bye\r\n"));
  CHECK(server->end() == "");
  REQUIRE(server->messages().size() == 1);
  CHECK(server->messages()[0].ends_with("\r\n\r\n..x\r\n"));
  CHECK_FALSE(has(server->messages()[0], "Bcc"));
}

TEST_CASE("what needs no server") {
  ProgramWorld world;
  CHECK(world.run({"-bi"}, "").code == ExitCode::ok);
  const auto help = world.run({"--help"}, "");
  CHECK(help.code == ExitCode::ok);
  CHECK(help.output.starts_with("usage: sendmail "));
  CHECK(world.run({"--version"}, "").output == "sendmail of mox 1\n");
  CHECK(world.log.empty());
}
