#include "sendmailprogram/session.h"

#include "sendmail/recipients.h"
#include "sendmail/shown.h"
#include "sendmail/spool_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace mox::sendmailprogram {

namespace {

using sendmail::ExitCode;

constexpr std::size_t chunk_size = 64 << 10;
constexpr std::size_t max_line = 2048; // RFC 5321 section 4.5.3.1.4 says 512; extensions add to it
constexpr std::size_t drain_size = 4096;

Result<address::Path> to_path(const smtp::Path& path) {
  if (path.null()) return address::Path{};
  return address::parse_path(smtp::to_string(path),
                             {.localpart_limit = address::localpart_tolerance, .underscore = true});
}

std::uint16_t reply_code(const Handed& handed) {
  if (handed.code == ExitCode::ok) return 250;
  return handed.code == ExitCode::temporary ? 451 : 554;
}

} // namespace

Result<> Session::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const auto before = buffer_.size();
  buffer_.resize(before + chunk_size);
  const auto count = tasks_.input(std::span(buffer_).subspan(before));
  buffer_.resize(before + count.value_or(0));
  if (!count) return std::unexpected(count.error());
  is_over_ = *count == 0;
  return ok();
}

// Deviation: LF alone ends a line too, for people who type.
Result<Session::Line> Session::read_line(std::string& line) {
  line.clear();
  bool is_too_long = false;
  while (true) {
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    const auto end = rest.find('\n');
    const auto size = std::min(end, rest.size());
    if (line.size() + size <= max_line)
      line += rest.substr(0, size);
    else
      is_too_long = true;
    at_ += size;
    if (end != std::string_view::npos) {
      ++at_;
      if (line.ends_with('\r')) line.pop_back();
      return is_too_long ? Line::too_long : Line::whole;
    }
    if (is_over_) return Line::end;
    MOX_TRY(fill());
  }
}

Result<> Session::reply(std::uint16_t code, smtp::EnhancedCode enhanced, std::string_view text) {
  std::string line;
  smtp::append_reply(line, code, enhanced, text);
  return tasks_.output(line);
}

Result<ExitCode> Session::run() {
  MOX_TRY(reply(220, {}, tasks_.hostname + " ESMTP mox"));
  std::string line;
  while (!has_quit_ && !is_cut_) {
    MOX_TRY_ASSIGN(kind, read_line(line));
    if (kind == Line::end) break;
    MOX_TRY(kind == Line::too_long ? reply(500, {5, 5, 2}, "the line is too long") : serve(line));
  }
  return is_cut_ ? ExitCode::data : ExitCode::ok;
}

Result<> Session::serve(std::string_view line) {
  const auto command = smtp::parse_command(line, {.submission = true});
  if (!command) {
    const auto& error = command.error();
    return reply(error.code, error.enhanced, error.text);
  }
  return std::visit([this](const auto& one) { return on(one); }, *command);
}

Result<> Session::on(const smtp::Hello& hello) {
  sender_.reset();
  recipients_.clear();
  if (!hello.extended) return reply(250, {}, tasks_.hostname);
  std::string lines;
  smtp::append_ehlo_reply(lines, {tasks_.hostname, "PIPELINING",
                                  fmt::format("SIZE {}", sendmail::max_message_bytes),
                                  "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8"});
  return tasks_.output(lines);
}

Result<> Session::on(const smtp::Mail& mail) {
  if (sender_) return reply(503, {5, 5, 1}, "the sender is known already");
  if (mail.size.value_or(0) > sendmail::max_message_bytes)
    return reply(552, {5, 3, 4}, "the message is too large");
  const auto path = to_path(mail.from);
  if (!path) return reply(501, {5, 1, 7}, path.error().text);
  sender_ = *path;
  return reply(250, {2, 1, 0}, "ok");
}

Result<> Session::on(const smtp::Rcpt& rcpt) {
  if (!sender_) return reply(503, {5, 5, 1}, "MAIL must come first");
  if (recipients_.size() == sendmail::max_recipients)
    return reply(452, {4, 5, 3}, "that are too many recipients");
  auto to = rcpt.to;
  if (to.domain.empty()) to.domain = tasks_.hostname; // <postmaster>
  const auto path = to_path(to);
  if (!path) return reply(501, {5, 1, 3}, path.error().text);
  recipients_.push_back(*path);
  return reply(250, {2, 1, 5}, "ok");
}

Result<> Session::on(const smtp::Data&) {
  if (!sender_ || recipients_.empty()) return reply(503, {5, 5, 1}, "RCPT must come first");
  MOX_TRY(reply(354, {}, "end the message with a dot on a line of its own"));
  MOX_TRY(take_message());
  sender_.reset();
  recipients_.clear();
  return ok();
}

// A piece of the message; 0 at its end, and at the end of the input.
Result<std::size_t> Session::read_data(smtp::DataReader& reader, std::span<char> into) {
  while (!reader.done()) {
    if (at_ == buffer_.size()) {
      if (is_over_) break;
      MOX_TRY(fill());
      continue;
    }
    const auto rest = std::string_view(buffer_).substr(at_);
    const auto piece = reader.take(rest.substr(0, into.size()));
    at_ += piece.taken;
    if (piece.bytes.empty()) continue;
    std::ranges::copy(piece.bytes, into.begin());
    return piece.bytes.size();
  }
  return 0;
}

Result<> Session::take_message() {
  smtp::DataReader reader;
  std::optional<Error> broken; // the input
  const sendmail::Source source = [&](std::span<char> into) -> Result<std::size_t> {
    auto count = read_data(reader, into);
    if (!count) broken = count.error();
    // A message that was cut off must not be taken for a whole one.
    if (count && *count == 0 && !reader.done()) {
      is_cut_ = true;
      return failure(ErrorKind::invalid, "the input ended within the message");
    }
    return count;
  };
  const auto handed = tasks_.hand_in(*sender_, recipients_, source);
  std::vector<char> rest(drain_size);
  while (!reader.done() && !is_cut_ && !broken) {
    const auto count = source(rest);
    if (!count) break;
  }
  if (broken) return std::unexpected(*std::move(broken));
  if (is_cut_) return ok();
  const auto code = reply_code(handed);
  const auto text = handed.text.empty() ? std::string("the message is on its way") : handed.text;
  const auto kind = static_cast<std::uint16_t>(code / 100);
  return reply(code, {kind, 0, 0}, sendmail::shown(text, 400));
}

Result<> Session::on(const smtp::Rset&) {
  sender_.reset();
  recipients_.clear();
  return reply(250, {2, 0, 0}, "ok");
}

Result<> Session::on(const smtp::Noop&) {
  return reply(250, {2, 0, 0}, "ok");
}

Result<> Session::on(const smtp::Vrfy&) {
  return reply(252, {2, 1, 5}, "send a message, and see");
}

Result<> Session::on(const smtp::Help&) {
  return reply(214, {2, 0, 0}, "see sendmail(8)");
}

Result<> Session::on(const smtp::Quit&) {
  has_quit_ = true;
  return reply(221, {2, 0, 0}, "bye");
}

// STARTTLS, AUTH, BDAT and EXPN: not offered.
template <class Other> Result<> Session::on(const Other&) {
  return reply(502, {5, 5, 1}, "not offered here");
}

} // namespace mox::sendmailprogram
