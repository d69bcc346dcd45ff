#include "sendmail/spool.h"

#include "file/file.h"
#include "random/random.h"
#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace mox::sendmail {

namespace {

namespace fs = std::filesystem;

constexpr mode_t shared_mode = 01733;
constexpr std::size_t chunk_size = 64 << 10;
constexpr std::size_t time_digits = 16;
constexpr std::size_t random_bytes = 8;
constexpr std::size_t id_size = time_digits + 1 + 2 * random_bytes;
constexpr std::string_view new_prefix = ".new-";

std::unexpected<Error> failed(std::string_view verb, const fs::path& path) {
  const int reason = errno;
  return std::unexpected(system_error(fmt::format("{} {}", verb, path.native()), reason));
}

// "000000006a20d7c2-0123456789abcdef": the time, so that names sort, and random digits.
bool is_id(std::string_view name) {
  if (name.size() != id_size || name[time_digits] != '-') return false;
  return std::ranges::count_if(name, [](char c) {
           return text::is_digit(c) || (c >= 'a' && c <= 'f');
         }) == id_size - 1;
}

std::string new_id(std::int64_t now, Random& random) {
  return fmt::format("{:016x}-{}", static_cast<std::uint64_t>(now),
                     text::hex_encode(random.bytes(random_bytes)));
}

// Only passed through: a user may not read the shared folder.
Result<file::Descriptor> open_shared(const fs::path& shared) {
  const int number = ::open(shared.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (number < 0) return failed("open folder", shared);
  file::Descriptor folder(number, shared);
  MOX_TRY_ASSIGN(status, status_of(folder));
  const bool by_others = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  const bool sticky = (status.st_mode & S_ISVTX) != 0;
  if ((status.st_uid == 0 || status.st_uid == ::geteuid()) && (sticky || !by_others)) return folder;
  return failure(ErrorKind::refused,
                 fmt::format("{} must belong to root and have mode 1733", shared.native()));
}

// A new folder is durable once its file system is written: the shared one cannot be opened for a
// sync by those who may not read it.
Result<> make_part(const file::Descriptor& shared, const std::string& name) {
  if (::mkdirat(shared.number(), name.c_str(), file::private_folder) < 0) {
    if (errno == EEXIST) return ok();
    return failed("make folder", shared.path() / name);
  }
  MOX_TRY_ASSIGN(folder, Folder::open_in(shared, name, ::geteuid()));
  return folder.sync_file_system();
}

} // namespace

Result<std::size_t> SpoolClaim::read(std::uint64_t offset, std::span<char> into) const {
  const auto rest = entry_.head.message_size - std::min(offset, entry_.head.message_size);
  const auto wanted =
      into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), rest)));
  MOX_TRY(file::read_exactly_at(file_, entry_.head.message_offset() + offset, wanted));
  return wanted.size();
}

Result<> SpoolClaim::record(SpoolStatus status, std::span<const RecipientState> states) {
  auto& envelope = entry_.envelope;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i] == envelope.states[i]) continue;
    const char state = static_cast<char>(states[i]);
    MOX_TRY(file::write_at(file_, envelope_offset + envelope.state_offsets[i], {&state, 1}));
    envelope.states[i] = states[i];
  }
  status.number = entry_.status.number + 1;
  const auto slot = status_slots - status.number % status_slots; // the first has number 1
  MOX_TRY(file::write_at(file_, slot * block_size, print_status(status)));
  entry_.status = std::move(status);
  return file::sync_data(file_);
}

Result<> SpoolClaim::remove() const {
  MOX_TRY(folder_->remove(entry_.id));
  return folder_->sync();
}

Result<> Spool::make_shared(const fs::path& shared) {
  MOX_TRY(file::make_folder(shared.parent_path(), 0755));
  if (::mkdir(shared.c_str(), file::private_folder) < 0) {
    if (errno != EEXIST) return failed("make folder", shared);
    MOX_TRY(open_shared(shared));
    return ok();
  }
  // Not by mkdir: the umask would take from it.
  if (::chmod(shared.c_str(), shared_mode) < 0) return failed("set permissions of", shared);
  return file::sync_folder(shared.parent_path());
}

Result<Spool> Spool::own_part(const fs::path& shared) {
  MOX_TRY_ASSIGN(parent, open_shared(shared));
  const auto name = std::to_string(::geteuid());
  MOX_TRY(make_part(parent, name));
  MOX_TRY_ASSIGN(folder, Folder::open_in(parent, name, ::geteuid()));
  return Spool(std::move(folder));
}

Result<std::vector<uid_t>> Spool::users(const fs::path& shared) {
  MOX_TRY(open_shared(shared));
  MOX_TRY_ASSIGN(folder, file::open_folder(shared));
  return owners_in(folder);
}

Result<Spool> Spool::part_of(const fs::path& shared, uid_t user) {
  MOX_TRY_ASSIGN(parent, open_shared(shared));
  MOX_TRY_ASSIGN(folder, Folder::open_in(parent, std::to_string(user), user));
  return Spool(std::move(folder));
}

Result<Spool> Spool::own_folder(const fs::path& path) {
  MOX_TRY(file::make_folder(path));
  MOX_TRY_ASSIGN(folder, Folder::open(path, ::geteuid()));
  return Spool(std::move(folder));
}

Result<std::string> Spool::put(const Envelope& envelope, std::uint64_t size, const Source& message,
                               std::int64_t now, Random& random) const {
  if (size > max_message_bytes)
    return failure(ErrorKind::invalid,
                   fmt::format("the message has {} bytes; the spool takes at most {}", size,
                               max_message_bytes));
  MOX_TRY_ASSIGN(names, folder_.names(max_spooled));
  if (names.size() == max_spooled)
    return failure(ErrorKind::full, fmt::format("{} holds {} messages and takes no more",
                                                path().native(), max_spooled));
  auto id = new_id(now, random);
  const auto name = std::string(new_prefix) + id;
  MOX_TRY_ASSIGN(file, folder_.create_file(name));
  if (auto written = write(file, envelope, size, message, now); !written) {
    static_cast<void>(folder_.remove(name));
    return std::unexpected(std::move(written).error());
  }
  if (auto renamed = folder_.rename(name, id); !renamed) {
    static_cast<void>(folder_.remove(name));
    return std::unexpected(std::move(renamed).error());
  }
  // The caller will not count on it, so it must not be sent later.
  if (auto synced = folder_.sync(); !synced) {
    static_cast<void>(folder_.remove(id));
    return std::unexpected(std::move(synced).error());
  }
  return id;
}

Result<> Spool::write(const file::Descriptor& file, const Envelope& envelope, std::uint64_t size,
                      const Source& message, std::int64_t now) const {
  // Held until the descriptor goes: who removes leftovers sees that this is none.
  MOX_TRY(try_lock(file));
  const auto addresses = print_envelope(envelope);
  const SpoolHead head{.envelope_size = addresses.size(), .message_size = size, .created = now};
  const auto front = print_head(head) + print_status({}) + std::string(block_size, ' ') + addresses;
  MOX_TRY(file::write_at(file, 0, front));
  auto at = head.message_offset();
  std::vector<char> buffer(chunk_size);
  while (at < head.file_size()) {
    const auto rest = std::min<std::uint64_t>(buffer.size(), head.file_size() - at);
    MOX_TRY_ASSIGN(count, message(std::span(buffer).first(static_cast<std::size_t>(rest))));
    if (count == 0)
      return failure(ErrorKind::io, fmt::format("the message ended {} bytes before its end",
                                                head.file_size() - at));
    MOX_TRY(file::write_at(file, at, {buffer.data(), count}));
    at += count;
  }
  return file::sync(file);
}

Result<std::vector<std::string>> Spool::ids() const {
  MOX_TRY_ASSIGN(names, folder_.names(max_spooled));
  std::erase_if(names, [](const auto& name) { return !is_id(name); });
  std::ranges::sort(names);
  return names;
}

Result<SpoolEntry> Spool::read_entry(const std::string& id, const file::Descriptor& file) const {
  const auto named = [&](Error error) {
    error.text = fmt::format("{} {}", file.path().native(), error.text);
    return std::unexpected(std::move(error));
  };
  SpoolEntry entry{.id = id, .owner = owner()};
  std::string blocks(envelope_offset, '\0');
  MOX_TRY(file::read_exactly_at(file, 0, blocks));
  const std::string_view view(blocks);
  auto head = parse_head(view.substr(0, block_size));
  if (!head) return named(std::move(head).error());
  entry.head = *head;
  MOX_TRY_ASSIGN(size, file::size(file));
  if (size != head->file_size())
    return named({ErrorKind::corrupt,
                  fmt::format("has {} bytes, and should have {}", size, head->file_size())});
  const auto first = parse_status(view.substr(block_size, block_size));
  const auto second = parse_status(view.substr(2 * block_size, block_size));
  if (!first && !second) return named({ErrorKind::corrupt, "has a damaged status"});
  entry.status = !second || (first && first->number > second->number) ? *first : *second;
  std::string addresses(static_cast<std::size_t>(head->envelope_size), '\0');
  MOX_TRY(file::read_exactly_at(file, envelope_offset, addresses));
  auto envelope = parse_envelope(addresses);
  if (!envelope) return named(std::move(envelope).error());
  entry.envelope = *std::move(envelope);
  return entry;
}

Result<SpoolEntry> Spool::read(const std::string& id) const {
  if (!is_id(id))
    return failure(ErrorKind::not_found, fmt::format("\"{}\" is no id of a message", id));
  MOX_TRY_ASSIGN(file, folder_.open_file(id, Folder::Access::read));
  return read_entry(id, file);
}

Result<std::optional<SpoolClaim>> Spool::claim(const std::string& id) const {
  if (!is_id(id))
    return failure(ErrorKind::not_found, fmt::format("\"{}\" is no id of a message", id));
  auto file = folder_.open_file(id, Folder::Access::write);
  if (!file && file.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!file) return std::unexpected(std::move(file).error());
  MOX_TRY_ASSIGN(locked, try_lock(*file));
  if (!locked) return std::nullopt;
  // Who had the lock before may have removed the file after it was opened here.
  MOX_TRY_ASSIGN(status, status_of(*file));
  if (status.st_nlink == 0) return std::nullopt;
  MOX_TRY_ASSIGN(entry, read_entry(id, *file));
  return SpoolClaim(folder_, *std::move(file), std::move(entry));
}

Result<> Spool::remove_leftovers(std::int64_t now) const {
  MOX_TRY_ASSIGN(names, folder_.names(max_spooled));
  for (const auto& name : names) {
    if (!name.starts_with(new_prefix)) continue;
    const auto file = folder_.open_file(name, Folder::Access::read);
    if (!file) continue; // not ours to touch
    MOX_TRY_ASSIGN(status, status_of(*file));
    if (now - status.st_mtim.tv_sec < leftover_seconds) continue;
    MOX_TRY_ASSIGN(locked, try_lock(*file));
    if (locked) MOX_TRY(folder_.remove(name));
  }
  return ok();
}

} // namespace mox::sendmail
