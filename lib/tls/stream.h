// TLS on a non-blocking byte stream: each call goes as far as it can and says what it waits for.
#pragma once

#include "channelbinding/channel_bindings.h"
#include "result/result.h"
#include "tls/byte_stream.h"
#include "tls/handshake_problem.h"
#include "tls/session.h"

#include <memory>
#include <optional>
#include <string>

struct ssl_st;
struct ssl_ctx_st;

namespace mox::tls {

class ServerContext;
class ClientContext;
struct PeerCheck;

// For libraries that do TLS with a context of their own: the server's certificate must have `name`
// among its alternative names.
bool expect_name(ssl_ctx_st& context, const std::string& name);

// One thread. A call that wants something may be followed by calls of the other direction before it
// is repeated; a repeated write() must be given the same bytes, perhaps at another place.
class Stream {
public:
  // `below` and the context must outlive the stream.
  static Result<Stream> server(ServerContext& context, ByteStream& below);
  // `server_name` is sent as SNI unless it is an IP address, and is what a verifying context
  // compares.
  static Result<Stream> client(ClientContext& context, ByteStream& below,
                               const std::string& server_name);

  Step handshake();
  Step read(std::span<char> into);
  // As read(), but the bytes stay.
  Step peek(std::span<char> into);
  // A part of `bytes` at least, at most one record.
  Step write(std::string_view bytes);
  // Sends close_notify, without waiting for the peer's.
  Step end();

  // Why the last call has failed.
  const std::string& error() const { return error_; }

  // Why a client's handshake has failed; nothing when the stream below did.
  const std::optional<HandshakeProblem>& problem() const { return problem_; }

  // After the handshake.
  Session session() const;
  // Computed at each call. Empty before the end of the handshake.
  channelbinding::ChannelBindings channel_bindings() const;

private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };

  struct FreeCheck {
    void operator()(PeerCheck* check) const;
  };

  Stream(std::unique_ptr<ssl_st, Free> ssl, const ServerContext* server)
      : ssl_(std::move(ssl)), server_(server) {}

  Step outcome(int returned, std::size_t size);
  void explain();

  std::unique_ptr<PeerCheck, FreeCheck> check_; // on the client's side
  std::unique_ptr<ssl_st, Free> ssl_;           // before what it refers to
  const ServerContext* server_;                 // null on the client's side
  std::string error_;
  std::optional<HandshakeProblem> problem_;
  std::optional<Step> failure_; // for good
};

} // namespace mox::tls
