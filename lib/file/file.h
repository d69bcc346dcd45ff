// Files and folders: the system calls that we use, repeated after EINTR and short counts, with
// errors that name the path.
//
// Blocking. Safe from any thread. Nothing is retried after an error: after a failed sync the kernel
// may have dropped the pages, so a second one that succeeds proves nothing.
#pragma once

#include "file/descriptor.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace mox::file {

enum class Access : unsigned char {
  read,           // an existing file, for reading
  write,          // an existing file, for reading and writing
  create,         // a new file, for both; ErrorKind::exists when there is one
  create_or_open, // for both
};

constexpr mode_t private_file = 0600;
constexpr mode_t private_folder = 0700;

// Descriptors are closed on exec.
Result<Descriptor> open(const std::filesystem::path& path, Access access,
                        mode_t permissions = private_file);
Result<Descriptor> open_folder(const std::filesystem::path& path);

// Reads from `offset` until `into` is full or the file ends; returns the count.
Result<std::size_t> read_at(const Descriptor& file, std::uint64_t offset, std::span<char> into);
// ErrorKind::corrupt when the file ends before `into` is full.
Result<> read_exactly_at(const Descriptor& file, std::uint64_t offset, std::span<char> into);
Result<> write_at(const Descriptor& file, std::uint64_t offset, std::string_view bytes);
// The whole file; ErrorKind::invalid when it is larger than `limit`.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit);

Result<std::uint64_t> size(const Descriptor& file);
Result<> truncate(const Descriptor& file, std::uint64_t size);
// Reserves room for `size` bytes without changing the file's size; does nothing where the file
// system cannot. ErrorKind::full when there is no room.
Result<> allocate(const Descriptor& file, std::uint64_t size);
// Writes the range out and waits for it, so that a later sync finds less to do; makes nothing
// durable.
Result<> write_back(const Descriptor& file, std::uint64_t offset, std::uint64_t size);
// fdatasync(2): the bytes, and what is needed to read them back, such as the size.
Result<> sync_data(const Descriptor& file);
// fsync(2): all of the file.
Result<> sync(const Descriptor& file);
// Makes the creation, renaming and removal of the folder's entries durable.
Result<> sync_folder(const std::filesystem::path& folder);

Result<> rename(const std::filesystem::path& from, const std::filesystem::path& to);
Result<> link(const std::filesystem::path& existing, const std::filesystem::path& name);
// ErrorKind::not_found when there is none.
Result<> unlink(const std::filesystem::path& path);
// With the folders above it; not an error when it exists.
Result<> make_folder(const std::filesystem::path& path, mode_t permissions = private_folder);
// Names of the entries without "." and "..", sorted.
Result<std::vector<std::string>> list(const std::filesystem::path& folder);
Result<bool> exists(const std::filesystem::path& path);

// Puts `content` under `path` so that, whatever happens, either the old or the new content stands
// there: a new file in the same folder, synced, renamed over it, and the folder synced.
Result<> replace(const std::filesystem::path& path, std::string_view content,
                 mode_t permissions = private_file);

// A file without a name in `folder`'s file system, gone when it is closed.
Result<Descriptor> unnamed(const std::filesystem::path& folder);

} // namespace mox::file
