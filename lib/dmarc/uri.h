// Where DMARC reports are wanted (RFC 7489 section 6.2). Pure.
#pragma once

#include "address/address.h"
#include "dmarc/record.h"

#include <string_view>

namespace mox::dmarc {

// dmarc-uri = URI [ "!" 1*DIGIT [ "k" / "m" / "g" / "t" ] ]
//
// Commas and exclamation marks within the URI are percent-encoded. Any scheme.
Result<Uri> parse_uri(std::string_view text);

// The address of a mailto URI (RFC 6068), without header fields. Fails with `unsupported` for other
// schemes, with `invalid` for more than one address, or one that is none.
Result<address::Address> mailto_address(const Uri& uri);

} // namespace mox::dmarc
