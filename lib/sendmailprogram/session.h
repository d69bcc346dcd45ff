// SMTP on standard input and output (-bs), for mail programs that talk to sendmail in this way
// (RFC 5321). Whoever is at the other end is a user of this machine, and was let in by it.
//
// Blocking, without limits of time: the caller's process waits for us, and we for it.
#pragma once

#include "sendmail/message.h"
#include "sendmailprogram/desk.h"
#include "smtp/command.h"
#include "smtp/data.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::sendmailprogram {

struct SessionTasks {
  sendmail::Source input;
  sendmail::Sink output;
  std::string hostname;
  // Reads a message without its dots and hands it in. What it leaves is passed over.
  std::function<Handed(const address::Path& sender, const std::vector<address::Path>& recipients,
                       const sendmail::Source& message)>
      hand_in;
};

class Session {
public:
  explicit Session(SessionTasks tasks) : tasks_(std::move(tasks)) {}

  // Until QUIT or the end of the input. ExitCode::data when that comes within a message.
  Result<sendmail::ExitCode> run();

private:
  enum class Line : std::uint8_t { whole, too_long, end };

  Result<> fill();
  Result<Line> read_line(std::string& line);
  Result<> reply(std::uint16_t code, smtp::EnhancedCode enhanced, std::string_view text);

  Result<> serve(std::string_view line);
  Result<> on(const smtp::Hello& hello);
  Result<> on(const smtp::Mail& mail);
  Result<> on(const smtp::Rcpt& rcpt);
  Result<> on(const smtp::Data&);
  Result<> on(const smtp::Rset&);
  Result<> on(const smtp::Noop&);
  Result<> on(const smtp::Vrfy&);
  Result<> on(const smtp::Help&);
  Result<> on(const smtp::Quit&);
  template <class Other> Result<> on(const Other&);

  Result<std::size_t> read_data(smtp::DataReader& reader, std::span<char> into);
  Result<> take_message();

  SessionTasks tasks_;
  std::string buffer_; // of input, from at_ on
  std::size_t at_ = 0;
  bool is_over_ = false; // of input
  bool has_quit_ = false;
  bool is_cut_ = false; // the input ended within a message
  std::optional<address::Path> sender_;
  std::vector<address::Path> recipients_;
};

} // namespace mox::sendmailprogram
