// A record of the database whose bytes no store has written.
#pragma once

#include "database/database.h"

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace mox::store {

// Thrown by decoders, and by nothing else: the database itself is sound, it is this one record that
// cannot be read. To all but a proof it is a Failure as any other.
class DamagedRecord : public database::Failure {
public:
  explicit DamagedRecord(std::string_view what)
      : Failure({ErrorKind::corrupt, "the database holds a damaged record: " + std::string(what)}) {
  }
};

// The record, or nothing when it is damaged. A Failure of the database itself goes on its way.
template <class Decode>
std::optional<std::invoke_result_t<Decode, std::string_view>> if_readable(Decode decode,
                                                                          std::string_view bytes) {
  try {
    return decode(bytes);
  } catch (const DamagedRecord&) {
    return std::nullopt;
  }
}

} // namespace mox::store
