// The fields of a header section that describe a MIME part (RFC 2045 section 3). Pure.
#pragma once

#include "message/structure.h"

#include <string_view>
#include <vector>

namespace mox::message {

// Fills in what the header says; `part` has its defaults. Of a field that occurs twice the first
// one counts. Problems are added with `offset` as the place of the header section.
void read_part_fields(std::string_view header, std::uint64_t offset, Part& part,
                      std::vector<Problem>& problems);

} // namespace mox::message
