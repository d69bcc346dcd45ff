#include "crash/recorder/injected_faults.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace mox::test {

namespace {

int error_number(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, int>, 5> names{
      {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS}, {"EINTR", EINTR}}};
  for (const auto& [known, number] : names) {
    if (known == name) return number;
  }
  return EIO;
}

std::string_view take_until(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

} // namespace

InjectedFaults::InjectedFaults(std::string_view text) {
  while (!text.empty()) {
    auto entry = take_until(text, ',');
    Fault fault;
    fault.call = take_until(entry, ':');
    fault.nth = std::atoi(std::string(take_until(entry, ':')).c_str());
    fault.error = error_number(take_until(entry, ':'));
    fault.path = entry;
    faults_.push_back(std::move(fault));
  }
}

int InjectedFaults::due(std::string_view call, std::string_view family, std::string_view path) {
  for (auto& fault : faults_) {
    if (fault.call != call && fault.call != family) continue;
    if (path.find(fault.path) == std::string_view::npos) continue;
    if (++fault.seen == fault.nth) return fault.error;
  }
  return 0;
}

} // namespace mox::test
