// Makes crash images of a recorded program and has each checked.
#pragma once

#include "crash/disk.h"
#include "crash/event.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mox::test {

// What a folder holds. ErrorKind::unsupported for anything but folders and plain files.
Result<Tree> read_tree(const std::filesystem::path& folder);
// `folder` must not exist.
Result<> write_tree(const Tree& tree, const std::filesystem::path& folder);

struct Recording {
  Tree before; // the folder's content when the recording began
  std::vector<Event> events;
};

// The events that commit: writes of the two meta pages of an LMDB file, on whatever descriptor.
std::vector<std::size_t> commits_of(const Recording& recording);

// `log` is the recorder's; `before` a copy of the folder from before the program began, if any.
// An event at the log's end that a kill tore is left out.
Result<Recording> read_recording(const std::filesystem::path& log,
                                 const std::optional<std::filesystem::path>& before = {});

// That the recorder saw everything: the events, followed to their end, must give what `folder`
// holds after the program ended. Files called lock.mdb, which are written by mapping, are left out.
Result<> check_complete(const Recording& recording, const std::filesystem::path& folder);

struct Plan {
  std::uint64_t seed = 1;
  std::size_t images = 2000;
  std::optional<std::size_t> only; // this image alone, to look at a failure again
  std::size_t threads = 1;
  std::size_t enough_failures = 20; // no more images after so many
};

struct Image {
  std::size_t number = 0;
  std::size_t cut = 0; // events that happened before the power went
  bool aimed = false;  // right after a commit
  Loss loss = Loss::all;
  bool in_flight = false; // the last write had not returned
  std::filesystem::path folder;
  std::vector<std::string> marks; // what the program said before the cut, in order
};

std::string describe(const Image& image);

// What is wrong with the image; empty when nothing is. May change the image's folder. Called on
// `threads` threads.
using Check = std::function<std::string(const Image& image)>;

struct Failed {
  Image image; // the folder is kept for the first three
  std::string text;
};

struct Report {
  std::size_t images = 0;
  std::size_t aimed = 0;
  std::size_t with_unsynced = 0;
  std::vector<Failed> failed;
};

// Every image depends on the recording, the seed and its number alone. `scratch` is a folder for
// the images. ErrorKind::unsupported when the log holds something that cannot be followed.
Result<Report> run_images(const Recording& recording, const Plan& plan,
                          const std::filesystem::path& scratch, const Check& check);

} // namespace mox::test
