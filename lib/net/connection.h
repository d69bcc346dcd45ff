// A byte stream with a peer: TCP, TLS over TCP, a Unix socket, or an in-memory twin for tests.
//
// Belongs to one I/O thread. At most one read and one write are under way at a time, and these two
// may overlap (IDLE). Every wait has a deadline; one that has passed gives ErrorKind::timeout and
// the connection is of no further use, except that after a read one may still write to say goodbye.
// The end of the peer's stream gives ErrorKind::closed.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "net/endpoint.h"
#include "net/socket.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mox::async {
class Event;
}

namespace mox::channelbinding {
struct ChannelBindings;
}

namespace mox::tls {
class ClientContext;
class ServerContext;
struct HandshakeProblem;
struct Session;
} // namespace mox::tls

namespace mox::net {

class Transport;

using Deadline = SteadyTime;

// Why wait_readable_or() returned.
enum class Wake : std::uint8_t { readable, notified, timeout };

class Connection {
public:
  // See socket_transport.h and memory.h.
  explicit Connection(std::unique_ptr<Transport> transport);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  const Endpoint& peer() const;
  const Endpoint& local() const;
  // Who is at the other end of a Unix socket; nothing for other connections, and once closed.
  std::optional<PeerCredentials> credentials() const;
  async::Executor executor() const;

  // One line without its line end. `max` counts the line end too; a longer line gives
  // ErrorKind::invalid and stays: buffered() shows how it begins, skip_line() goes past it. With
  // `strict`, only CRLF ends a line (RFC 5321 section 2.3.8) and a bare CR or LF stays in it;
  // otherwise LF alone ends one as well. The view is valid until the next read.
  async::Task<Result<std::string_view>> read_line(std::size_t max, bool strict, Deadline deadline);
  // Goes past the next line end. ErrorKind::invalid when it has not come after about `max` bytes.
  async::Task<Result<>> skip_line(std::size_t max, bool strict, Deadline deadline);
  // At least one byte, at most `max`; the view is valid until the next read.
  async::Task<Result<std::string_view>> read_some(std::size_t max, Deadline deadline);
  // Exactly into.size() bytes.
  async::Task<Result<>> read_exact(std::span<char> into, Deadline deadline);
  // A complete line, as strict as the last read_line(), is already here, so the reply to the last
  // one may wait (pipelining).
  bool has_buffered_line() const;
  // Bytes that were received and not yet read.
  std::string_view buffered() const;
  // Gives back bytes of the last read_some() that were not used: the last `size` of that view.
  void unread(std::size_t size);
  // Returns when there is something to read (data, end, error) without reading it; while it waits
  // the connection holds no buffers. ErrorKind::timeout leaves the connection usable.
  async::Task<Result<>> wait_readable(Deadline deadline);

  // The same, and returns also when `event` is notified; its notification is then taken. Called on
  // the connection's thread, as is Event::notify().
  async::Task<Wake> wait_readable_or(async::Event& event, Deadline deadline);

  // All of `bytes`, which must live until this returns. Collects nothing: small pieces are better
  // written together.
  async::Task<Result<>> write(std::string_view bytes, Deadline deadline);
  // `size` bytes of the file from `offset` on: sendfile on plain sockets, read and write under TLS.
  async::Task<Result<>> write_file(int descriptor, std::uint64_t offset, std::uint64_t size,
                                   Deadline deadline);

  // Server side of a TLS handshake. Refused with ErrorKind::refused when plaintext is already
  // buffered: it could be an injected command (CVE-2011-0411).
  async::Task<Result<>> start_tls(tls::ServerContext& context, Deadline deadline);
  // Client side; `server_name` is sent as SNI, and compared when the context verifies.
  async::Task<Result<>> start_tls_client(tls::ClientContext& context, std::string server_name,
                                         Deadline deadline);
  // Why start_tls_client() has failed, or null.
  const tls::HandshakeProblem* tls_problem() const;
  // The properties of the TLS session, or null.
  const tls::Session* tls() const;
  // What an authentication over this connection can be bound to; nothing without TLS.
  channelbinding::ChannelBindings channel_bindings() const;

  // Ends the sending side and drains what the peer still sends for a moment (until it closes,
  // `deadline` passes or 64 KiB came), so that the last reply is not lost to a reset.
  async::Task<> close_gently(Deadline deadline);
  // At once; a pending read or write ends with ErrorKind::closed. Idempotent.
  void close();

private:
  struct State;
  std::shared_ptr<State> state_;
};

} // namespace mox::net
