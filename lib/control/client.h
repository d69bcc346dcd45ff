// Asking the daemon, for a program that has nothing else to do meanwhile.
#pragma once

#include "control/client_session.h"
#include "control/reader.h"
#include "control/request.h"
#include "result/result.h"

#include <filesystem>
#include <memory>

namespace mox::control {

// A connection to the daemon, for one request after another. Belongs to one thread, which it
// blocks. The process ignores SIGPIPE from then on.
class Client {
public:
  // ErrorKind::not_found when no daemon runs, refused when one may not talk to it, unsupported when
  // its version is another, temporary when it does not answer. Each is a sentence for people.
  static Result<Client> connect(const std::filesystem::path& socket, ClientOptions options = {});
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  // The result; see ClientSession::run() for what else can happen. `writer` is called on this
  // thread, `reader` on another.
  Result<> run(const Request& request, const Writer& writer);
  Result<> run(const Request& request, Reader& reader, const Writer& writer);

private:
  struct State;
  explicit Client(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

} // namespace mox::control
