// Commands for administrators; what they do stands in daemon/admin.
#include "commands.h"
#include "place.h"
#include "text/secret.h"

#include <fmt/format.h>

#include <string>
#include <termios.h>
#include <unistd.h>

namespace mox::cmd {

namespace {

constexpr std::size_t longest_input = 64U << 10U;

// A terminal does not show what is typed while this lives.
class Silence {
public:
  Silence() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }

  ~Silence() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

private:
  termios before_{};
  bool changed_ = false;
};

// Up to the end, or with `one_line` to the end of a line.
Result<std::string> read_input(bool one_line) {
  std::string text;
  char byte = 0;
  while (text.size() < longest_input) {
    const auto size = ::read(STDIN_FILENO, &byte, 1);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failure(system_error("read standard input", errno));
    if (size == 0) return text;
    text += byte;
    if (one_line && byte == '\n') return text;
  }
  return failure(ErrorKind::invalid,
                 fmt::format("standard input has more than {} bytes", longest_input));
}

} // namespace

Result<int> administer(const cli::Invocation& invocation) {
  return administrate(invocation);
}

Result<int> administer_with_input(const cli::Invocation& invocation) {
  MOX_TRY_ASSIGN(input, read_input(false));
  return administrate(invocation, input);
}

Result<int> administer_with_password(const cli::Invocation& invocation) {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  if (terminal) fmt::print(invocation.errors(), "new password: ");
  const Silence silence;
  MOX_TRY_ASSIGN(input, read_input(true));
  const text::Secret password(std::move(input));
  return administrate(invocation, password.view());
}

} // namespace mox::cmd
