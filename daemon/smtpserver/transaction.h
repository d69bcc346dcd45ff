// One mail transaction: what MAIL and RCPT said, until DATA ends or something resets it.
#pragma once

#include "delivery/directory.h"
#include "smtp/command.h"
#include "smtp/path.h"

#include <vector>

namespace mox::smtpserver {

struct Recipient {
  smtp::Path path;
  std::vector<delivery::Destination> destinations;
  bool alias = false;
};

struct Transaction {
  smtp::Mail mail;
  std::vector<Recipient> recipients;
  // Known when the message is here: it cannot go further without SMTPUTF8.
  bool utf8 = false;
};

} // namespace mox::smtpserver
