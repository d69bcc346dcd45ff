// Messages that wait on this machine because no server could be reached. What is in the spool
// survives a crash; what leaves it was accepted, or reported.
//
// Blocking. Folders are explicit and no environment is read: a program that is installed setgid
// must not let its caller choose them.
#pragma once

#include "file/descriptor.h"
#include "result/result.h"
#include "sendmail/folder.h"
#include "sendmail/message.h"
#include "sendmail/spool_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <sys/types.h>
#include <vector>

namespace mox {
class Random;
}

namespace mox::sendmail {

inline constexpr std::size_t max_spooled = 10'000; // messages of one user
inline constexpr std::int64_t leftover_seconds = 86'400;

// A message in the spool, without its bytes.
struct SpoolEntry {
  std::string id;
  uid_t owner = 0; // who wrote it, and on whose behalf it is to be sent, whoever flushes
  SpoolHead head;
  SpoolStatus status;
  SpoolEnvelope envelope;
};

// A message that no other process sends or removes for as long as this lives.
class SpoolClaim {
public:
  const SpoolEntry& entry() const { return entry_; }

  // From `offset` of the message; 0 at its end. ErrorKind::corrupt when its owner cut the file.
  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const;

  // How it stands now, on disk when it returns. `states` are as many as recipients.
  Result<> record(SpoolStatus status, std::span<const RecipientState> states);
  // For good.
  Result<> remove() const;

private:
  friend class Spool;

  SpoolClaim(const Folder& folder, file::Descriptor file, SpoolEntry entry)
      : folder_(&folder), file_(std::move(file)), entry_(std::move(entry)) {}

  const Folder* folder_;
  file::Descriptor file_;
  SpoolEntry entry_;
};

// The messages of one user: a folder of that user's.
class Spool {
public:
  // The folder that all users share, with mode 1733: each can make a folder in it, and nobody but
  // root sees those of others. For root, when the program is installed; not an error when it is
  // there.
  static Result<> make_shared(const std::filesystem::path& shared);
  // The calling user's part of it, made when it is missing. ErrorKind::refused when `shared` could
  // be changed by others, or when another user took the name.
  static Result<Spool> own_part(const std::filesystem::path& shared);
  // The users that have a part; for root. What else stands there is passed over.
  static Result<std::vector<uid_t>> users(const std::filesystem::path& shared);
  // ErrorKind::not_found when that user has none.
  static Result<Spool> part_of(const std::filesystem::path& shared, uid_t user);
  // A folder that the calling user shares with nobody, such as one below the home folder; made when
  // it is missing, with those above it.
  static Result<Spool> own_folder(const std::filesystem::path& folder);

  uid_t owner() const { return folder_.owner(); }

  const std::filesystem::path& path() const { return folder_.path(); }

  // On disk when it returns; the id. Reads `size` bytes from `message`. ErrorKind::full when the
  // spool holds max_spooled messages, invalid when the message is larger than max_message_bytes.
  // After a failure nothing is left.
  Result<std::string> put(const Envelope& envelope, std::uint64_t size, const Source& message,
                          std::int64_t now, Random& random) const;

  // The oldest first, at most max_spooled. Of messages that were written to their end; whether a
  // file of such a name is one is for read().
  Result<std::vector<std::string>> ids() const;
  // ErrorKind::not_found when it is gone; corrupt, refused or unsupported when it is no message
  // that this user put here. Changes nothing.
  Result<SpoolEntry> read(const std::string& id) const;
  // Nothing when another process has it or when it is gone. Else as read(). The spool must outlive
  // the claim.
  Result<std::optional<SpoolClaim>> claim(const std::string& id) const;
  // What a crash left half written: files that nobody is writing and that are a day old.
  Result<> remove_leftovers(std::int64_t now) const;

private:
  explicit Spool(Folder folder) : folder_(std::move(folder)) {}

  Result<SpoolEntry> read_entry(const std::string& id, const file::Descriptor& file) const;
  Result<> write(const file::Descriptor& file, const Envelope& envelope, std::uint64_t size,
                 const Source& message, std::int64_t now) const;

  Folder folder_;
};

} // namespace mox::sendmail
