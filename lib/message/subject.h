// Subjects, compared for threads (RFC 5256 section 2.1). Pure.
#pragma once

#include <string>
#include <string_view>

namespace mox::message {

struct BaseSubject {
  std::string text;         // lower case, one space between words
  bool is_response = false; // a "re:", "fwd:" or the like was removed
  bool operator==(const BaseSubject&) const = default;
};

// Of a field body, folded or not, encoded words or not. A subject with a NUL has an empty one.
BaseSubject base_subject(std::string_view body);

} // namespace mox::message
