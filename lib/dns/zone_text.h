// Names and strings as a zone file has them (RFC 1035 section 5.1). Pure.
#pragma once

#include "dns/name.h"

#include <string>
#include <string_view>

namespace mox::dns {

// "example.org.", "." for the root; characters that mean something in a zone file are escaped.
std::string zone_text(const Name& name);

// In quotes, cut into strings of 255 bytes.
std::string zone_text_strings(std::string_view bytes);

// The digits of an escape: "\032" for a space.
std::string zone_escape(unsigned char byte);

} // namespace mox::dns
