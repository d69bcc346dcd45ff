#include "sendmailprogram/spools.h"

#include <fmt/format.h>

#include <unistd.h>
#include <utility>

namespace mox::sendmailprogram {

using sendmail::Spool;

Result<Spool> spool_to_fill(const Surroundings& surroundings) {
  auto shared = Spool::own_part(surroundings.shared_spool);
  if (shared) return shared;
  if (!surroundings.own_spool.empty()) {
    auto own = Spool::own_folder(surroundings.own_spool);
    if (own || shared.error().kind == ErrorKind::not_found) return own;
  }
  return shared;
}

std::vector<Spool> own_spools(const Surroundings& surroundings) {
  std::vector<Spool> spools;
  const auto add = [&](Result<Spool> spool) {
    if (spool) spools.push_back(*std::move(spool));
  };
  add(Spool::part_of(surroundings.shared_spool, ::geteuid()));
  std::error_code ignored;
  // Asking for one must not make it.
  if (!surroundings.own_spool.empty() &&
      std::filesystem::is_directory(surroundings.own_spool, ignored))
    add(Spool::own_folder(surroundings.own_spool));
  return spools;
}

Result<std::vector<Spool>> all_parts(const Surroundings& surroundings) {
  auto users = Spool::users(surroundings.shared_spool);
  if (!users && users.error().kind == ErrorKind::not_found) return std::vector<Spool>();
  if (!users) return std::unexpected(std::move(users).error());
  std::vector<Spool> spools;
  for (const auto user : *users)
    if (auto part = Spool::part_of(surroundings.shared_spool, user))
      spools.push_back(*std::move(part));
  return spools;
}

} // namespace mox::sendmailprogram
