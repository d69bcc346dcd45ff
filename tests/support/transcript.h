// Conversations with a server, written down in text files and played against it.
//
//   # A comment. Blank lines are for the eye.
//   C: a1 NOOP                the client's line, sent with CRLF; several in a row are one write
//   S: a1 OK <any>            what the server must answer, line by line, in this order
//   S+: 250-<any>             one or more lines that match
//   C2: ...                   on a connection of that name, made when it is first named
//   @close 2                  the client closes the connection; without a name, the first one
//   @eof 2                    the server must close it now, having said no more
//   @later                    what was said so far goes out before what follows
//   @begun 2 250 2.           on connection 2, so much of the next line has come and no more
//   @tls 2                    a TLS handshake, with the world's trust
//   @connect 2 tls            makes the connection, with words that the world understands
//   @differ a b               what was found as <a> and as <b> is not the same
//   @word arguments           anything else is for the world
//
// In the text of a line:
//
//   <any> <word> <number>     any characters; one or more but spaces; digits
//   <name=word>               the same, and kept: from then on <name> is what was found
//   <40 bytes>                that many letters x
//   <40 times ab,>            "ab," that often
//   <size of 3 lines>         how many bytes the next three C lines of the file make
//   <hex 00 ff>               these bytes
//   <open>                    at the end of a C line: its CRLF is not sent
//
// Other angle brackets are plain text. At the end, the server must not have said more than was
// expected, on any connection.
#pragma once

#include "async/task.h"
#include "net/connection.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mox::tls {
class ClientContext;
}

namespace mox::test {

// The server's side, and all that a transcript assumes to be there.
class World {
public:
  virtual ~World() = default;

  // A new connection to the server; `arguments` are of @connect, or empty.
  virtual net::Connection connect(std::string_view name, std::string_view arguments) = 0;
  // Acts on a directive; false when there is none such.
  virtual async::Task<bool> direct(std::string_view word, std::string_view arguments) = 0;

  // Null when nothing here speaks TLS.
  virtual tls::ClientContext* trust() { return nullptr; }
};

struct TranscriptStep {
  enum class Kind : std::uint8_t { say, expect, expect_some, direct };

  Kind kind{};
  std::size_t line = 0;   // in the file, from 1
  std::string connection; // its name; "" is the first one
  std::string text;       // of the line, or the directive's word
  std::string arguments;  // of a directive
};

struct Transcript {
  std::string name; // of the file
  std::vector<TranscriptStep> steps;
};

// Throws std::runtime_error for a line that is none of the above.
Transcript parse_transcript(std::string name, std::string_view text);
Transcript read_transcript(const std::filesystem::path& path);
// The .txt files of a folder, sorted.
std::vector<std::filesystem::path> transcripts_in(const std::filesystem::path& folder);

// Empty when all went as written; else file, line, and what came instead.
async::Task<std::string> play(const Transcript& transcript, World& world);

} // namespace mox::test
