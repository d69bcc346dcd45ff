// Tokens that let a message through which was taken for junk: the sender is told to send it again
// with the token in its subject. Pure.
#pragma once

#include "address/address.h"
#include "result/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::subjectpass {

// "(pass:AGn...)": the time, to 256 seconds, and a part of HMAC-SHA256 over it and the address in
// the message's From, by the key of the recipient's account. ASCII, 29 bytes. `now` in unix
// seconds. The key has 16 bytes or so, from a generator fit for secrets.
std::string make(const address::Address& from, std::string_view key, std::int64_t now);

enum class Verdict : std::uint8_t {
  valid,
  absent,      // no token in the subject
  malformed,   // something in the place of one
  unknown,     // of a version that is not known
  wrong,       // not signed by this key for this address
  expired,     // older than the period
  from_future, // made later than now
};

// "expired".
std::string_view to_string(Verdict verdict);

// `subject` is decoded (RFC 2047) and unfolded; white space that a mail program put into the token
// does not matter. Of several tokens, as in a reply to a reply, the best counts; the first 10 are
// looked at. Compares in constant time.
Verdict verify(std::string_view subject, const address::Address& from, std::string_view key,
               std::int64_t now, std::chrono::seconds period);

} // namespace mox::subjectpass
