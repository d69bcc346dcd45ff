// What mailq prints. Pure.
#pragma once

#include "sendmail/spool.h"

#include <span>
#include <string>

namespace mox::sendmailprogram {

// A message with its state and its recipients, in lines with their ends.
std::string listed(const sendmail::SpoolEntry& entry);

// Behind all of them; for none, "Mail queue is empty", which scripts look for.
std::string listing_end(std::size_t messages);

} // namespace mox::sendmailprogram
