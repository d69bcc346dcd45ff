// A server that says what a script tells it to, and knows what it must hear.
//
//   S: 250 ok               what it says, with CRLF; several in a row are one write
//   C: RSET                 the client's next line; behind the last one before an S, nothing may
//                           have come
//   @lf 250 ok              the same with LF alone
//   @raw 250 o              what it says, without an end
//   @say 250 ok             as S, whatever the client has said before
//   @tls                    a TLS handshake; @tls fails: one that must not succeed
//   @message                the client's lines up to a dot, which are kept
//   @take 100               so many bytes of what the client sends
//   @flood                  bytes without an end, until the client has enough
//   @stall                  nothing happens any more
//   @reset                  the connection breaks
//   @close                  it closes in order, and takes what still comes
//   @eof                    the client closes now, having said no more
//
// After the last line it waits, silent, for the client to close.
#pragma once

#include "async/task.h"
#include "net/connection.h"
#include "tls/server_context.h"

#include <string>
#include <string_view>
#include <vector>

namespace mox::smtpclient::test {

class ScriptedPeer {
public:
  // `tls` must outlive it; null when the script has no handshake.
  ScriptedPeer(net::Connection connection, std::string script, tls::ServerContext* tls);

  async::Task<> play();

  // What did not go as written, or "".
  const std::string& problem() const { return problem_; }

  // With dots as they came, and without the last.
  const std::vector<std::string>& messages() const { return messages_; }

private:
  async::Task<bool> step(std::string_view line);
  async::Task<bool> direct(std::string_view words);
  async::Task<bool> say();
  async::Task<bool> expect(std::string_view line);
  async::Task<bool> expect_end();
  async::Task<bool> take_message();
  async::Task<bool> start_tls(bool may_succeed);
  async::Task<> flood();
  bool fail(std::string what);

  net::Connection connection_;
  std::string script_;
  tls::ServerContext* tls_;
  std::string to_say_;
  std::string problem_;
  std::vector<std::string> messages_;
};

} // namespace mox::smtpclient::test
