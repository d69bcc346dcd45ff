// A folder that belongs to one user, opened once and then known by its descriptor: whoever renames
// folders or puts links in their place cannot lead anybody elsewhere.
//
// Blocking. Root works in folders of users with this, so nothing in them is followed or waited for:
// links, pipes, devices and files of others are refused before a byte is read.
#pragma once

#include "file/descriptor.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <sys/types.h>
#include <vector>

namespace mox::sendmail {

class Folder {
public:
  // Of `owner`, and nobody else may write in it. ErrorKind::refused when that is not so.
  static Result<Folder> open(const std::filesystem::path& path, uid_t owner);
  // The same, for a folder `name` within `parent`.
  static Result<Folder> open_in(const file::Descriptor& parent, const std::string& name,
                                uid_t owner);

  const std::filesystem::path& path() const { return folder_.path(); }

  uid_t owner() const { return owner_; }

  // Up to `limit` names, in no order, without "." and "..".
  Result<std::vector<std::string>> names(std::size_t limit) const;

  enum class Access : std::uint8_t { read, write };

  // A plain file of the folder's owner, which nobody else may write to. ErrorKind::not_found when
  // there is none, or when it was removed meanwhile; refused for anything else.
  Result<file::Descriptor> open_file(const std::string& name, Access access) const;
  // Of the process's user, with mode 0600; ErrorKind::exists when there is one.
  Result<file::Descriptor> create_file(const std::string& name) const;
  // Over nothing: ErrorKind::exists when there is a file `to`.
  Result<> rename(const std::string& from, const std::string& to) const;
  Result<> remove(const std::string& name) const;
  // Makes creation, renaming and removal durable.
  Result<> sync() const;
  // The folder itself too, where the one above cannot be opened.
  Result<> sync_file_system() const;

private:
  Folder(file::Descriptor folder, uid_t owner) : folder_(std::move(folder)), owner_(owner) {}

  static Result<Folder> check(file::Descriptor folder, uid_t owner);
  Result<> check_file(const file::Descriptor& file) const;

  file::Descriptor folder_;
  uid_t owner_;
};

// The lock of a file, without waiting: false when another holds it. It goes with the descriptor.
Result<bool> try_lock(const file::Descriptor& file);

// The users that own a folder here which is named with their number. However many others are made
// to hide them, they are found, and no memory is spent on those.
Result<std::vector<uid_t>> owners_in(const file::Descriptor& folder);

Result<struct stat> status_of(const file::Descriptor& file);

} // namespace mox::sendmail
