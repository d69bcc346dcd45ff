// What the program tells the system's log: a line for each try of a message.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mox::sendmailprogram {

enum class Importance : std::uint8_t { usual, warning, error };

// Takes one clean line.
using Journal = std::function<void(Importance, std::string_view line)>;

// syslog(3), as facility mail.
Journal system_journal();

struct TryRecord {
  std::string_view id; // in the spool; empty for a message that never was there
  std::string_view sender;
  std::string_view recipient; // the first
  std::size_t recipients = 0;
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::uint64_t size = 0;
  std::string_view status; // "sent", "kept", "refused"
  std::string_view reason;
};

// "status=sent from=<a@x> to=<b@y>,+2 accepted=3 refused=0 size=120 …", without control characters,
// whatever the parts hold.
std::string try_line(const TryRecord& record);

} // namespace mox::sendmailprogram
