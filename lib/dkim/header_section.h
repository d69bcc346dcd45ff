// The fields of a message's header section, chosen as signatures name them (RFC 6376
// section 5.4.2). Pure.
#pragma once

#include "message/field.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dkim {

// Keeps views into the text, which must outlive it.
class HeaderSection {
public:
  HeaderSection() = default;
  // Up to the empty line, or all of `text`.
  explicit HeaderSection(std::string_view text);

  const std::vector<message::Field>& fields() const { return fields_; }

  // The whole field, with its line ends.
  std::string_view text_of(const message::Field& field) const {
    return text_.substr(field.offset, field.size);
  }

  // How many there are of a name, whatever its case.
  std::size_t count(std::string_view name) const;
  // Their numbers in fields(), from top to bottom.
  std::span<const std::uint32_t> all(std::string_view name) const;

  // For each name the last field of that name, the one before it when the name comes again, and so
  // on; nothing for names that no field is left for. Takes time in proportion to the names.
  std::vector<const message::Field*> select(std::span<const std::string> names) const;

  // A line is no field.
  bool is_malformed() const { return malformed_; }

private:
  std::string_view text_;
  std::vector<message::Field> fields_;
  // Numbers of fields, sorted by name and then from top to bottom; by the hash first, to be quick.
  std::vector<std::uint32_t> by_name_;
  std::vector<std::uint64_t> hashes_; // of the names, in the same order
  bool malformed_ = false;
};

} // namespace mox::dkim
