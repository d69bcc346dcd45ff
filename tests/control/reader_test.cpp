#include "control/reader.h"
#include "support/catch.h"
#include "support/sockets.h"
#include "support/temporary_folder.h"

#include <array>
#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>

using namespace mox;
using namespace std::chrono_literals;

namespace {

std::string read_all(control::Reader& reader) {
  std::string all;
  std::array<char, 5> piece{};
  while (true) {
    const auto size = reader.read(piece).value();
    if (size == 0) return all;
    all.append(piece.data(), size);
  }
}

} // namespace

TEST_CASE("a text is read in pieces") {
  control::TextReader text("hello, world");
  CHECK(read_all(text) == "hello, world");
  control::TextReader none("");
  CHECK(read_all(none).empty());
}

TEST_CASE("a file and a pipe are read to their end") {
  const test::TemporaryFolder folder;
  const auto path = folder / "message";
  std::ofstream(path) << "From: a\n\nhello\n";
  const net::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  control::DescriptorReader from_file(file.get(), "the message");
  CHECK(read_all(from_file) == "From: a\n\nhello\n");

  auto [ours, theirs] = test::descriptor_pair();
  control::DescriptorReader from_pipe(ours.get(), "standard input");
  REQUIRE(::write(theirs.get(), "hello, world", 12) == 12);
  theirs = {};
  CHECK(read_all(from_pipe) == "hello, world");
}

TEST_CASE("a descriptor that cannot be read is named") {
  const test::TemporaryFolder folder;
  const net::Descriptor here(::open(folder.path().c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  control::DescriptorReader reader(here.get(), "standard input");
  std::array<char, 5> piece{};
  const auto size = reader.read(piece);
  REQUIRE(!size);
  CHECK(size.error().text == "read standard input: Is a directory");
}

TEST_CASE("a cancelled read returns, before and while it waits") {
  auto [ours, theirs] = test::descriptor_pair();
  for (const auto before : {0ms, 20ms}) {
    control::DescriptorReader reader(ours.get(), "standard input");
    std::jthread canceller([&reader, before] {
      std::this_thread::sleep_for(before);
      reader.cancel();
      reader.cancel();
    });
    std::array<char, 5> piece{};
    CHECK(reader.read(piece) == std::size_t{0});
  }
}
