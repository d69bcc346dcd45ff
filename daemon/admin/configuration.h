// The two configuration files of a running server: read again when they change, and changed by
// administration without losing what people wrote into them.
#pragma once

#include "accounts/accounts.h"
#include "config/files.h"
#include "log/logger.h"
#include "result/result.h"
#include "toml/edit.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <sys/stat.h>

namespace mox::admin {

// mox.toml in `path`; domains.toml stands beside it.
struct Files {
  std::filesystem::path host;
  std::filesystem::path domains;

  static Files beside(const std::filesystem::path& host);
};

struct Both {
  std::shared_ptr<const config::Static> host;
  std::shared_ptr<const config::Domains> domains;
};

// Reads and checks both. The error lists all that is wrong, one line each.
Result<Both> read(const Files& files);

// Its functions block, and may be called from any thread.
class Configuration {
public:
  // `accounts` has been given `both` already.
  Configuration(Files files, Both both, accounts::Accounts& accounts);

  std::shared_ptr<const config::Static> host() const;
  std::shared_ptr<const config::Domains> domains() const;

  const Files& files() const { return files_; }

  using Edit = std::function<std::expected<void, toml::Problem>(toml::Editor&)>;

  // Edits the text of domains.toml as it stands there now. Nothing changes when the result would
  // not be right; the one before is kept as domains.toml.before.
  Result<> change(const Edit& edit);

  // Reads domains.toml when it has changed since it was read last; true when it has. After an error
  // the one before stays in use, and is not read again before it changes once more.
  Result<bool> reload_if_changed();

private:
  // What tells one state of a file from another.
  struct Mark {
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    std::int64_t size = -1;
    std::uint64_t inode = 0;

    bool operator==(const Mark&) const = default;
  };

  Mark mark() const;
  Result<> use(std::string_view text);

  const Files files_;
  accounts::Accounts& accounts_;
  const std::shared_ptr<const config::Static> host_;
  std::mutex changing_; // one change or reload at a time
  Mark mark_;           // under changing_
};

} // namespace mox::admin
