// `mox localserve`: a mail server for trying things out, with no set-up, no DNS and no network.
#pragma once

#include "net/endpoint.h"
#include "result/result.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace mox::localserve {

struct Options {
  std::filesystem::path folder;
  std::vector<net::Address> ips; // for a new folder
  bool init_only = false;
  std::uint16_t port_base = 1000; // added to the standard ports
  bool free_ports = false;        // any free ports instead
  bool in_memory = false;         // a folder of its own, gone at exit; `folder` is not used
  bool json = false;              // say where it listens as one JSON object
  bool inboxes = false;           // every user name is an account of its own
  std::string version;            // of the program
};

// Until SIGINT or SIGTERM; then the exit code is the signal's number. 1 when the disk failed.
Result<int> run(const Options& options, std::FILE* output);

} // namespace mox::localserve
