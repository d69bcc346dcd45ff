// Who is this, and is that proven: the one door for SMTP submission, IMAP and the web.
#pragma once

#include "async/pool.h"
#include "async/task.h"
#include "login/users.h"
#include "net/endpoint.h"
#include "result/result.h"
#include "store/types.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox {
class Clock;
class Random;
} // namespace mox

namespace mox::limits {
struct Limits;
}

namespace mox::metrics {
class Metrics;
}

namespace mox::store {
class Store;
}

namespace mox::login {

enum class Verdict : std::uint8_t {
  ok,
  bad_user,        // told to the peer as bad_password is
  bad_password,    //
  bad_credentials, // the same, where nothing says which of both is wrong
  bad_binding,     // the proof belongs to another TLS connection
  bad_protocol,    // the exchange does not follow the mechanism
  disabled,        // right, but the account may not be used
  aborted,         // the client gave up
  overloaded,      // too many checks wait; temporary
  error,           // the store failed; temporary
};

// The other end of a connection.
struct Client {
  net::Address remote;
  net::Address local;  // where it came in
  std::string tls;     // what the handshake agreed on, for people; empty without
  std::string key;     // fingerprint of its certificate's key, 32 bytes; empty without
  std::string program; // what it says it is, if it has said so
};

// Who tries, by which door.
struct Attempt {
  std::string_view kind; // metric label, and what a credential may be limited to: submission, imap
  std::string_view variant; // metric label: login, plain, scram-sha-256, …
  Client client;
};

struct Outcome {
  Verdict verdict = Verdict::error;
  store::AccountId account{};
  std::string login;                            // canonical address
  std::string text;                             // why the account is disabled
  std::vector<std::string> hidden_capabilities; // of IMAP, from this account's programs
  std::uint64_t attempt = 0;                    // for Logins::name_program
};

// What is known of a user before anything is proven.
struct Known {
  std::string login; // canonical address; empty for what cannot be one
  std::optional<User> user;
  std::vector<store::Credential> passwords; // those that are good for this door, now
};

// The form in which logins are kept and compared: an address, without regard to case. Empty for
// what is no address.
std::string canonical_login(std::string_view user);

// Asked about a user whom nobody knows, with the password unless the mechanism keeps it from us. It
// may make an account for him. Returns the login to go on with; any failure means that there is no
// such user. The views live until it returns.
using Newcomers = std::function<async::Task<Result<std::string>>(
    std::string_view user, std::optional<std::string_view> password)>;

// Shared by all I/O threads.
class Logins {
public:
  // `decoy_key` has 32 bytes, secret and the same in every run.
  Logins(store::Store& store, const Users& users, async::Pool& pool, limits::Limits& limits,
         metrics::Metrics& metrics, const Clock& clock, Random& random, std::string decoy_key);
  ~Logins();

  // Before the first login. Without it, who is unknown is refused.
  void welcome(Newcomers newcomers);
  // Hears that attempts could not be kept. Before the first login.
  void on_failure(std::function<void(const Error&)> tell);

  // Counts a failure against the address, and the attempt in the metrics, and keeps it in the store
  // for people to see (recorder.h), as all that follow do. The views must live until
  // it returns. Whether the address may try at all is for the session to ask first
  // (limits.failed_logins); a delay after repeated failures is the session's too.
  async::Task<Outcome> check(Attempt attempt, std::string_view user, std::string_view password);

  // For mechanisms that prove the password without showing it (exchange.h).
  async::Task<Known> find(std::string_view user, std::string_view kind);
  // `proven` is what the mechanism found, of `known`, whose passwords are then the one that it
  // looked at. Counts as check() does.
  async::Task<Outcome> conclude(Attempt attempt, Known known, Verdict proven);

  // An exchange that ended before anything was proven: aborted, bad_protocol.
  void note_end(const Attempt& attempt, const Known& known, Verdict verdict);
  // A client that was let in has said what it is.
  void name_program(std::uint64_t attempt, std::string_view program);
  // Blocks until all attempts so far can be read in the store.
  void write_attempts();

  // Whose public key has this fingerprint. `user`, if not empty, must be a login of the same
  // account.
  async::Task<Outcome> check_certificate(Attempt attempt, std::string_view fingerprint,
                                         std::string_view user);
  // Who may be greeted as a user, for the key that the client has shown. A key that nobody has, or
  // that is not for this, is no attempt, and the outcome nothing.
  async::Task<std::optional<Outcome>> greet(Attempt attempt);

  // For verifiers of users that do not exist (sasl::ServerSide).
  std::string_view decoy_key() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::login
