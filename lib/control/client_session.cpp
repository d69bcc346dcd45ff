#include "control/client_session.h"

#include "async/gate.h"
#include "control/failure.h"
#include "control/frame_stream.h"
#include "control/hello.h"

#include <fmt/format.h>

#include <memory>
#include <span>

namespace mox::control {

async::Task<Result<>> ClientSession::greet() {
  const auto deadline = in(options_.hello);
  const auto hello = print_hello();
  // When the daemon is gone already, reading says so.
  const auto sent = co_await connection_.write(hello, deadline);
  const auto line = co_await connection_.read_line(max_hello, false, deadline);
  usable_ = sent && line;
  if (!line && line.error().kind == ErrorKind::timeout)
    co_return failure(ErrorKind::temporary, "the daemon does not answer");
  if (!line && line.error().kind != ErrorKind::invalid)
    co_return failure(ErrorKind::temporary, "the daemon went away before it said hello");
  auto version = parse_hello(line.value_or(""));
  if (!version) co_return failure(std::move(version).error());
  auto checked = check_version(*version, "the daemon", "this command");
  if (checked) co_return ok();
  usable_ = false;
  checked.error().text += ": use the mox that the daemon was started from, or restart the daemon";
  co_return checked;
}

async::Task<Result<>> ClientSession::run(const Request& request, Reader* reader,
                                         const Writer& writer) {
  if (!usable_)
    co_return failure(ErrorKind::temporary, "the connection to the daemon has ended before");
  asked_ = answered_ = reading_ = false;
  input_failed_ = output_failed_ = std::nullopt;
  exception_ = nullptr;
  auto frames = print_request(request);
  if (!frames) co_return failure(std::move(frames).error());
  if (reader == nullptr) append_frame(*frames, FrameType::input_end);
  const auto asked = co_await connection_.write(*frames, in(options_.silence));
  asked_ = asked.has_value();
  progress_ = clock_.steady();
  // A daemon that refuses may have answered and closed before it took all.
  if (!asked && asked.error().kind != ErrorKind::closed) connection_.close();
  async::Gate gate(connection_.executor(), nullptr);
  if (asked_ && reader != nullptr) gate.spawn(send_input(*reader));
  auto answer = co_await hear_guarded(writer);
  answered_ = true;
  usable_ = asked_ && answer;
  if (!usable_) connection_.close();
  if (reading_) reader->cancel();
  co_await gate.close();
  if (exception_) std::rethrow_exception(exception_);
  if (output_failed_) co_return failure(*output_failed_);
  if (!answer) co_return failure(explain(answer.error(), request.command));
  if (!answer->failed) co_return ok();
  // What the daemon says of it is only what came of the true reason.
  co_return failure(input_failed_.value_or(*answer->failed));
}

async::Task<> ClientSession::send_input(Reader& reader) {
  try {
    const auto sent = co_await send_pieces(reader);
    // Why it could not be sent shows where the answer is read.
    static_cast<void>(sent);
  } catch (...) {
    exception_ = std::current_exception();
  }
  reading_ = false;
  if (!exception_) co_return;
  const auto told =
      co_await write_frame(connection_, FrameType::input_broken, {}, in(options_.silence));
  static_cast<void>(told);
}

async::Task<Result<>> ClientSession::send_pieces(Reader& reader) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(max_payload);
  const std::span<char> room(buffer.get(), max_payload);
  std::optional<FrameType> end;
  while (!end) {
    reading_ = true;
    auto read = [&reader, room] { return reader.read(room); };
    const auto size = co_await async::run_blocking(pool_, read);
    reading_ = false;
    progress_ = clock_.steady();
    if (!size) input_failed_ = size.error();
    if (answered_ || !size) {
      end = FrameType::input_broken;
    } else if (*size == 0) {
      end = FrameType::input_end;
    } else {
      const std::string_view piece(buffer.get(), *size);
      MOX_CO_TRY(co_await write_frame(connection_, FrameType::input, piece, in(options_.silence)));
      progress_ = clock_.steady();
    }
  }
  co_return co_await write_frame(connection_, *end, {}, in(options_.silence));
}

async::Task<Result<ClientSession::Answer>> ClientSession::hear_guarded(const Writer& writer) {
  try {
    co_return co_await hear(writer);
  } catch (...) {
    exception_ = std::current_exception();
  }
  co_return failure(ErrorKind::io, "an exception");
}

async::Task<Result<ClientSession::Answer>> ClientSession::hear(const Writer& writer) {
  while (true) {
    MOX_CO_TRY(co_await wait_for_answer());
    MOX_CO_TRY_ASSIGN(head, co_await read_head(connection_, in(options_.silence)));
    progress_ = clock_.steady();
    switch (head.type) {
    case FrameType::output: {
      MOX_CO_TRY(co_await hear_output(head.size, writer));
      break;
    }
    case FrameType::done: co_return Answer{};
    case FrameType::failed: {
      MOX_CO_TRY_ASSIGN(payload, co_await read_payload(connection_, head, in(options_.silence)));
      co_return Answer{.failed = parse_failure(payload)};
    }
    default:
      co_return failure(ErrorKind::invalid, "it sent " + describe(head.type) + " as an answer");
    }
  }
}

async::Task<Result<>> ClientSession::hear_output(std::size_t size, const Writer& writer) {
  while (size > 0) {
    MOX_CO_TRY_ASSIGN(bytes, co_await connection_.read_some(size, in(options_.silence)));
    size -= bytes.size();
    auto written = writer(bytes);
    progress_ = clock_.steady();
    if (written) continue;
    output_failed_ = written.error();
    co_return written;
  }
  co_return ok();
}

// While it is for the reader to go on, the daemon may be silent for as long as it likes.
async::Task<Result<>> ClientSession::wait_for_answer() {
  while (true) {
    const auto since = reading_ ? clock_.steady() : progress_;
    auto readable = co_await connection_.wait_readable(since + options_.silence);
    if (readable) co_return ok();
    if (!reading_ && clock_.steady() - progress_ >= options_.silence) co_return readable;
  }
}

Error ClientSession::explain(const Error& error, std::string_view command) const {
  if (!asked_)
    return {ErrorKind::temporary,
            fmt::format("the daemon did not begin with \"{}\": nothing was done", command)};
  constexpr std::string_view unknown = "whether it was done is not known, so look before you try "
                                       "again";
  if (error.kind == ErrorKind::closed)
    return {ErrorKind::closed,
            fmt::format("the daemon went away in the middle of \"{}\": {}", command, unknown)};
  if (error.kind == ErrorKind::timeout)
    return {ErrorKind::timeout, fmt::format("the daemon was silent for {} s in the middle of "
                                            "\"{}\": {}",
                                            options_.silence.count(), command, unknown)};
  return {ErrorKind::closed, fmt::format("the daemon broke off in the middle of \"{}\" ({}): {}",
                                         command, error.text, unknown)};
}

} // namespace mox::control
