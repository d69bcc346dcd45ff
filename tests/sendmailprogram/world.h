// The program at a place of its own: a socket, spools and files in a folder of the test.
#pragma once

#include "net/listener.h"
#include "sendmailprogram/program.h"
#include "sendmailprogram/spools.h"
#include "submitclient/scripted_server.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace mox::test {

// A file that a FILE* writes to, and that can be read again.
class Capture {
public:
  Capture() : file_(std::tmpfile()) {}

  ~Capture() { std::fclose(file_); }

  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  std::FILE* file() const { return file_; }

  std::string text() const {
    std::fflush(file_);
    std::string text;
    std::string buffer(4096, '\0');
    for (ssize_t count = 1; count > 0;) {
      count =
          ::pread(::fileno(file_), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
      if (count > 0) text.append(buffer, 0, static_cast<std::size_t>(count));
    }
    return text;
  }

private:
  std::FILE* file_;
};

struct Ran {
  sendmail::ExitCode code{};
  std::string output;
  std::string errors;
};

class ProgramWorld {
public:
  ProgramWorld() {
    place = {.socket = folder / "submit",
             .shared_spool = folder / "no-shared-spool",
             .own_spool = folder / "state" / "spool",
             .temporary = {folder.path()}};
    route.socket = place.socket;
    route.hostname = dns::parse_name("host.example").value();
    caller = {.user = ::getuid(), .group = ::getgid(), .login = "jane", .full_name = "Jane Doe"};
  }

  std::unique_ptr<ScriptedServer> serve(std::vector<std::string> scripts) const {
    auto listener = net::Listener::bind_unix(place.socket, 0600).value();
    return std::make_unique<ScriptedServer>(std::move(listener), std::move(scripts));
  }

  Ran run(const std::vector<std::string_view>& words, std::string_view input) {
    const Capture in;
    const Capture out;
    const Capture err;
    std::fwrite(input.data(), 1, input.size(), in.file());
    std::fflush(in.file());
    ::lseek(::fileno(in.file()), 0, SEEK_SET);
    const sendmailprogram::Call call{.program = "sendmail",
                                     .words = words,
                                     .version = "1",
                                     .input = ::fileno(in.file()),
                                     .output = out.file(),
                                     .errors = err.file()};
    const auto arguments = sendmail::parse_arguments(call.program, call.words).value();
    const auto code = sendmailprogram::run_at(
        call, arguments, place, route, caller,
        [this](sendmailprogram::Importance, std::string_view line) { log.emplace_back(line); });
    return {code, out.text(), err.text()};
  }

  // Of messages in the spool of this user.
  std::size_t kept() const {
    std::size_t count = 0;
    for (const auto& spool : sendmailprogram::own_spools(place)) count += spool.ids()->size();
    return count;
  }

  TemporaryFolder folder;
  sendmailprogram::Surroundings place;
  submitclient::Route route;
  sendmailprogram::Caller caller;
  std::vector<std::string> log;
};

// Of a server's script.
inline const std::string asked_for_name =
    "S: 220 x\nC: EHLO host.example\nS: 250-mail.example\nS: 250 8BITMIME\nC: QUIT\nS: 221 bye\n";
inline const std::string greeted =
    "S: 220 x\nC: EHLO host.example\nS: 250-mail.example\nS: 250 8BITMIME\n";
inline const std::string yes = "S: 250 2.0.0 ok\n";
inline const std::string data = "C: DATA\nS: 354 go on\n@message\n";
inline const std::string bye = "C: QUIT\nS: 221 bye\n";

} // namespace mox::test
