#include "admin/configuration.h"

#include "file/file.h"

#include <fmt/format.h>

#include <utility>

namespace mox::admin {

namespace {

constexpr std::size_t largest_file = 64U << 20U;

std::unexpected<Error> wrong(const std::vector<config::Problem>& problems) {
  return failure(ErrorKind::invalid, config::to_string(problems));
}

std::unexpected<Error> wrong(const std::filesystem::path& file, const toml::Problem& problem) {
  if (problem.place.line == 0)
    return failure(ErrorKind::invalid, fmt::format("{}: {}", file.native(), problem.text));
  return failure(ErrorKind::invalid, fmt::format("{}:{}:{}: {}", file.native(), problem.place.line,
                                                 problem.place.column, problem.text));
}

} // namespace

Files Files::beside(const std::filesystem::path& host) {
  return {.host = host, .domains = host.parent_path() / "domains.toml"};
}

Result<Both> read(const Files& files) {
  auto host = config::read_static(files.host);
  if (!host) return wrong(host.error());
  auto domains = config::read_domains(files.domains, *host);
  if (!domains) return wrong(domains.error());
  return Both{.host = std::make_shared<const config::Static>(*std::move(host)),
              .domains = std::make_shared<const config::Domains>(*std::move(domains))};
}

Configuration::Configuration(Files files, Both both, accounts::Accounts& accounts)
    : files_(std::move(files)), accounts_(accounts), host_(std::move(both.host)), mark_(mark()) {}

std::shared_ptr<const config::Static> Configuration::host() const {
  return host_;
}

std::shared_ptr<const config::Domains> Configuration::domains() const {
  const auto book = accounts_.book();
  return {book, &book->domains()};
}

Configuration::Mark Configuration::mark() const {
  struct stat status{};
  if (::stat(files_.domains.c_str(), &status) != 0) return {};
  return {.seconds = status.st_mtim.tv_sec,
          .nanoseconds = status.st_mtim.tv_nsec,
          .size = status.st_size,
          .inode = status.st_ino};
}

Result<> Configuration::use(std::string_view text) {
  auto domains = config::parse_domains(text, files_.domains, *host_);
  if (!domains) return wrong(domains.error());
  return accounts_.use(host_, std::make_shared<const config::Domains>(*std::move(domains)));
}

Result<> Configuration::change(const Edit& edit) {
  const std::scoped_lock lock(changing_);
  MOX_TRY_ASSIGN(before, file::read_file(files_.domains, largest_file));
  auto editor = toml::Editor::open(before);
  if (!editor) return wrong(files_.domains, editor.error());
  if (auto edited = edit(*editor); !edited) return wrong(files_.domains, edited.error());
  if (editor->text() == before) return ok();
  // Checked before anything is written, and used after: a crash between leaves what will be read.
  if (auto checked = config::parse_domains(editor->text(), files_.domains, *host_); !checked)
    return wrong(checked.error());
  auto previous = files_.domains;
  previous += ".before";
  MOX_TRY(file::replace(previous, before));
  MOX_TRY(file::replace(files_.domains, editor->text()));
  mark_ = mark();
  return use(editor->text());
}

Result<bool> Configuration::reload_if_changed() {
  const std::scoped_lock lock(changing_);
  const auto now = mark();
  if (now == mark_) return false;
  mark_ = now;
  MOX_TRY_ASSIGN(text, file::read_file(files_.domains, largest_file));
  MOX_TRY(use(text));
  return true;
}

} // namespace mox::admin
