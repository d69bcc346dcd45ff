// Header fields (RFC 5322 section 2.2). Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::message {

// Views into the header section.
struct Field {
  std::string_view
      name; // as written, without the white space that may follow; empty when malformed
  std::string_view body;  // after the colon, folded as it came, without the last line end
  std::size_t offset = 0; // of the field in the header section
  std::size_t size = 0;   // with its line ends
};

// Goes over the fields of a header section, up to its empty line. Accepts CRLF and LF as line ends.
// A line that is no field (no colon, white space in the name, an mbox "From " line) comes with an
// empty name and the whole line as its body.
class FieldReader {
public:
  explicit FieldReader(std::string_view header) : header_(header) {}

  std::optional<Field> next();

  // Where the next field begins; after the last one, where the empty line begins.
  std::size_t offset() const { return at_; }

private:
  std::string_view header_;
  std::size_t at_ = 0;
};

class Fields {
public:
  // Keeps views into `header`, which must outlive it.
  explicit Fields(std::string_view header);

  auto begin() const { return fields_.begin(); }

  auto end() const { return fields_.end(); }

  std::size_t size() const { return fields_.size(); }

  // The first one of that name, case ignored; null when there is none.
  const Field* find(std::string_view name) const;
  std::vector<const Field*> find_all(std::string_view name) const;
  // The first one's body, unfolded; empty when there is none.
  std::string text(std::string_view name) const;

private:
  std::vector<Field> fields_;
};

// On one line (RFC 5322 section 2.2.3): line ends removed, and with them NUL and bare CR, which
// have no meaning; white space at both ends removed, within kept.
std::string unfold(std::string_view body);

// The body of an unstructured field for people: unfolded, encoded words decoded, UTF-8.
std::string decoded_text(std::string_view body);

} // namespace mox::message
