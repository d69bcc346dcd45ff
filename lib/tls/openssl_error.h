// OpenSSL's error queue as text for people.
#pragma once

#include "result/result.h"

#include <string>
#include <string_view>

namespace mox::tls {

// Empties the queue of this thread. Before each call whose errors are looked at: what an earlier
// call left there would be taken for its own.
void clear_errors();
// The reason of the first error in the queue, without OpenSSL's codes; empties the queue.
std::string take_error();
std::unexpected<Error> openssl_failure(ErrorKind kind, std::string_view what);

} // namespace mox::tls
