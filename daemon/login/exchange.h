// One authentication exchange (RFC 4422 section 3) for SMTP and IMAP: the mechanism, what is looked
// up between its steps, and the verdict. The bytes are without base64; lines are the protocol's.
#pragma once

#include "login/login.h"
#include "random/random.h"
#include "sasl/mechanism.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mox::login {

// What a connection brings along.
struct Door {
  std::string_view kind;     // as in Attempt
  std::string_view hostname; // of the listener
  Client client;
  sasl::ChannelBindings bindings;
};

// The names to offer, best first; PLAIN and LOGIN where passwords may be shown.
std::vector<std::string_view> mechanisms(const Logins& logins, const Door& door, bool passwords);

// To be sent; next() takes the answer.
struct Ask {
  std::string text;
};

// Why there is nothing to tell of a user.
enum class Mistake : std::uint8_t { malformed, other_user, out_of_order };

using Turn = std::variant<Ask, Outcome, Mistake>;

class Exchange {
public:
  // Null when `mechanism`, in any case, is none of mechanisms().
  static std::unique_ptr<Exchange> begin(Logins& logins, Door door, std::string_view mechanism,
                                         bool passwords, Random& random);

  // What was not ended is counted as aborted.
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  async::Task<Turn> start(std::optional<std::string_view> initial);
  async::Task<Turn> next(std::string_view response);
  // The client gave up: nothing, unless its proof had been found wrong already. One that goes away
  // just drops the exchange.
  std::optional<Outcome> abort();

private:
  Exchange(Logins& logins, Door door, std::string variant,
           std::unique_ptr<sasl::Mechanism> mechanism);

  Attempt attempt() const;
  async::Task<Turn> go_on(sasl::Step step);
  async::Task<Outcome> conclude(Verdict proven);
  async::Task<Turn> reject(sasl::Rejected rejected);
  Mistake end(Mistake mistake);

  Logins& logins_;
  Door door_;
  std::string variant_;
  std::unique_ptr<sasl::Mechanism> mechanism_;
  Known known_;
  bool ended_ = false; // counted
  // The mechanism has said its last word, and the client may answer what it likes.
  std::optional<Outcome> after_last_word_;
};

} // namespace mox::login
