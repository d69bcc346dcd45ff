#include "sendmailprogram/session.h"
#include "support/catch.h"

#include <algorithm>
#include <string>
#include <vector>

using namespace mox;
using namespace mox::sendmailprogram;
using sendmail::ExitCode;

namespace {

struct World {
  // What the session says to `input`, which comes in pieces of `cut` bytes.
  std::string talk(std::string_view input, std::size_t cut = 100) {
    std::string said;
    Session session(
        {.input = [&input, cut](std::span<char> into) -> Result<std::size_t> {
           const auto count = std::min({into.size(), input.size(), cut});
           std::copy_n(input.begin(), count, into.begin());
           input.remove_prefix(count);
           return count;
         },
         .output = [&](std::string_view bytes) -> Result<> {
           said += bytes;
           return ok();
         },
         .hostname = "host.example",
         .hand_in =
             [this](const address::Path& sender, const std::vector<address::Path>& recipients,
                    const sendmail::Source& message) {
               return take(sender, recipients, message);
             }});
    code = session.run().value();
    return said;
  }

  Handed take(const address::Path& sender, const std::vector<address::Path>& recipients,
              const sendmail::Source& message) {
    std::string text = "<" + to_string(sender) + ">";
    for (const auto& recipient : recipients) text += " " + to_string(recipient);
    text += "\n";
    std::string buffer(3, '\0');
    while (reads_all) {
      const auto count = message(buffer);
      if (!count) return {ExitCode::data, count.error().text};
      if (*count == 0) break;
      text.append(buffer, 0, *count);
    }
    taken.push_back(text);
    return answer;
  }

  bool reads_all = true;
  Handed answer;
  std::vector<std::string> taken;
  ExitCode code = ExitCode::software;
};

const std::string greeting = "220 host.example ESMTP mox\r\n";
const std::string go_on = "354 end the message with a dot on a line of its own\r\n";
const std::string sent = "250 2.0.0 the message is on its way\r\n";
const std::string bye = "221 2.0.0 bye\r\n";
const std::string ok_mail = "250 2.1.0 ok\r\n";
const std::string ok_rcpt = "250 2.1.5 ok\r\n";
const std::string begin = "MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\n";
const std::string begun = greeting + ok_mail + ok_rcpt;

} // namespace

TEST_CASE("a session hands messages in") {
  const std::string input =
      "EHLO [127.0.0.1]\r\n" + begin +
      "RCPT TO:<c@x.example>\r\nDATA\r\nSubject: x\r\n\r\n..\r\n.a\r\n\r\n.\r\n"
      "MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nDATA\r\n.\r\nQUIT\r\n";
  for (const std::size_t cut : {1U, 2U, 7U, 1000U}) {
    CAPTURE(cut);
    World world;
    CHECK(world.talk(input, cut) ==
          greeting +
              "250-host.example\r\n250-PIPELINING\r\n250-SIZE 1073741824\r\n"
              "250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n" +
              ok_mail + ok_rcpt + ok_rcpt + go_on + sent + ok_mail + ok_rcpt + go_on + sent + bye);
    CHECK(world.code == ExitCode::ok);
    CHECK(world.taken ==
          std::vector<std::string>{"<a@x.example> b@x.example c@x.example\nSubject: x\r\n\r\n.\r\n"
                                   "a\r\n\r\n",
                                   "<> postmaster@host.example\n"});
  }
}

TEST_CASE("what is wrong is answered, and the session goes on") {
  struct Row {
    const char* name;
    std::string input;
    std::string said; // behind the greeting
  };

  const std::string nothing_yet = "503 5.5.1 MAIL must come first\r\n";
  const std::vector<Row> rows = {
      {"nothing at all", "", ""},
      {"an unknown word", "HI\r\nQUIT\r\n", "500 5.5.1 unknown command\r\n" + bye},
      {"LF alone", "NOOP\nQUIT\n", "250 2.0.0 ok\r\n" + bye},
      {"no sender", "RCPT TO:<b@x.example>\r\n", nothing_yet},
      {"no recipient", "MAIL FROM:<a@x.example>\r\nDATA\r\n",
       ok_mail + "503 5.5.1 RCPT must come first\r\n"},
      {"two senders", "MAIL FROM:<a@x.example>\r\nMAIL FROM:<b@x.example>\r\n",
       ok_mail + "503 5.5.1 the sender is known already\r\n"},
      {"RSET", begin + "RSET\r\nRCPT TO:<b@x.example>\r\n",
       ok_mail + ok_rcpt + "250 2.0.0 ok\r\n" + nothing_yet},
      {"HELO", begin + "HELO x\r\nRCPT TO:<b@x.example>\r\n",
       ok_mail + ok_rcpt + "250 host.example\r\n" + nothing_yet},
      {"what is not offered", "STARTTLS\r\nAUTH PLAIN\r\nEXPN x\r\n",
       "502 5.5.1 not offered here\r\n502 5.5.1 not offered here\r\n502 5.5.1 not offered "
       "here\r\n"},
      {"VRFY and HELP", "VRFY x\r\nHELP\r\n",
       "252 2.1.5 send a message, and see\r\n214 2.0.0 see sendmail(8)\r\n"},
      {"a size that is too large", "MAIL FROM:<a@x.example> SIZE=1073741825\r\n",
       "552 5.3.4 the message is too large\r\n"},
      {"a long line", std::string(3000, 'x') + "\r\nNOOP\r\n",
       "500 5.5.2 the line is too long\r\n250 2.0.0 ok\r\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    World world;
    CHECK(world.talk(row.input) == greeting + row.said);
    CHECK(world.code == ExitCode::ok);
    CHECK(world.taken.empty());
  }
}

TEST_CASE("a session tells what became of a message") {
  World world;
  world.answer = {ExitCode::no_user, "RCPT TO:<b@x.example>: who"};
  CHECK(world.talk(begin + "DATA\r\nx\r\n.\r\n") ==
        begun + go_on + "554 5.0.0 RCPT TO:<b@x.example>: who\r\n");
  world.answer = {ExitCode::temporary, "the disk is full"};
  CHECK(world.talk(begin + "DATA\r\nx\r\n.\r\n") ==
        begun + go_on + "451 4.0.0 the disk is full\r\n");
  world.answer = {ExitCode::ok, "the message waits as 1: nobody", true};
  CHECK(world.talk(begin + "DATA\r\nx\r\n.\r\n") ==
        begun + go_on + "250 2.0.0 the message waits as 1: nobody\r\n");
}

TEST_CASE("a message that is not read to its end is passed over") {
  World world;
  world.reads_all = false;
  world.answer = {ExitCode::data, "no"};
  CHECK(world.talk(begin + "DATA\r\n" + std::string(100'000, 'x') + "\r\n.\r\nNOOP\r\n") ==
        begun + go_on + "554 5.0.0 no\r\n250 2.0.0 ok\r\n");
}

TEST_CASE("a message that is cut off is not taken") {
  for (const bool reads_all : {true, false}) {
    CAPTURE(reads_all);
    World world;
    world.reads_all = reads_all;
    CHECK(world.talk(begin + "DATA\r\nSubject: x\r\n\r\nhello\r\n") == begun + go_on);
    CHECK(world.code == ExitCode::data);
    if (reads_all) CHECK(world.taken.empty());
  }
}

TEST_CASE("a session ends when it cannot read or write") {
  const auto broken = [](std::span<char>) -> Result<std::size_t> {
    return failure(ErrorKind::io, "read: broken");
  };
  std::string said;
  Session reading({.input = broken,
                   .output = [&](std::string_view bytes) -> Result<> {
                     said += bytes;
                     return ok();
                   },
                   .hostname = "h"});
  CHECK(reading.run().error().text == "read: broken");
  CHECK(said == "220 h ESMTP mox\r\n");
  Session writing({.input = broken,
                   .output = [](std::string_view) -> Result<> {
                     return failure(ErrorKind::closed, "write: broken");
                   },
                   .hostname = "h"});
  CHECK(writing.run().error().text == "write: broken");
}
