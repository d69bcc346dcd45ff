// The manual pages sendmail(8), mailq(1) and newaliases(1), and what --help prints. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mox::sendmailprogram {

// In roff. `date` is that of the version: 2026-01-31.
std::string sendmail_page(std::string_view version, std::string_view date);
std::string mailq_page(std::string_view version, std::string_view date);
std::string newaliases_page(std::string_view version, std::string_view date);

// Lines for a terminal.
std::string help_text();

} // namespace mox::sendmailprogram
