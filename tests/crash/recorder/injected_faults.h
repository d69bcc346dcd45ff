// The calls that shall fail: MOX_CRASH_FAIL, which README.md describes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mox::test {

class InjectedFaults {
public:
  InjectedFaults() = default;
  // faults = fault *( "," fault ) ; fault = call ":" nth ":" error [ ":" part of path ]
  explicit InjectedFaults(std::string_view text);

  // Counts the call. The errno with which it shall fail, or 0. `family` is a second name of the
  // call that stands for all of its kind: "write" or "sync".
  int due(std::string_view call, std::string_view family, std::string_view path);

private:
  struct Fault {
    std::string call;
    std::string path; // part of the file's path; empty: any
    int nth = 0;
    int error = 0;
    int seen = 0;
  };

  std::vector<Fault> faults_;
};

} // namespace mox::test
