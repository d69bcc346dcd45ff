// Where the submit socket is, and who can reach it.
#include "serve/submit_socket.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>

#include <sys/stat.h>

using namespace mox;
namespace fs = std::filesystem;

namespace {

config::Static host(const fs::path& socket) {
  config::Static config;
  config.hostname = dns::parse_name("mx.example.org").value();
  config.submit_socket = socket;
  config.local_submission = {{"www-data", {address::parse_address("shop@example.org").value()}}};
  config.listeners["one"].smtp_max_message_size = 1000;
  config.listeners["two"].smtp_max_message_size = 2000;
  return config;
}

void set_permissions(const fs::path& folder, mode_t permissions) {
  REQUIRE(::chmod(folder.c_str(), permissions) == 0);
}

} // namespace

TEST_CASE("the submit socket of a configuration") {
  const test::TemporaryFolder folder;
  const auto socket = serve::submit_socket(host(folder / "submit"));
  REQUIRE(socket);
  CHECK(socket->path == folder / "submit");
  CHECK(socket->permissions == 0666);
  CHECK(socket->hostname == "mx.example.org");
  CHECK(socket->max_message_size == 2000);
  const localusers::User web{.uid = 33, .name = "www-data"};
  CHECK(socket->senders.may_use(web, {"shop", "example.org"}));
  CHECK(socket->senders.may_use(web, {"www-data", "mx.example.org"}));
  CHECK_FALSE(socket->senders.may_use(web, {"root", "mx.example.org"}));
}

TEST_CASE("the folder of the submit socket must be there") {
  const test::TemporaryFolder folder;
  const auto missing = folder / "run";
  const auto socket = serve::submit_socket(host(missing / "submit"));
  REQUIRE_FALSE(socket);
  CHECK(socket.error() ==
        Error{ErrorKind::not_found,
              fmt::format("the folder {} of submit-socket does not exist; make it, or with systemd "
                          "set RuntimeDirectory=",
                          missing.native())});
}

TEST_CASE("a folder that others cannot go through is found") {
  const test::TemporaryFolder folder;
  const auto outer = fs::canonical(folder.path());
  const auto inner = outer / "inner";
  const auto socket = inner / "submit";
  REQUIRE(fs::create_directory(inner));

  struct Row {
    mode_t outer;
    mode_t inner;
    std::optional<fs::path> want;
  };

  const Row rows[] = {
      {0755, 0755, std::nullopt}, {0711, 0711, std::nullopt}, {0755, 0700, inner},
      {0750, 0755, outer},        {0700, 0700, outer},        {0754, 0755, outer},
  };
  for (const auto& row : rows) {
    CAPTURE(row.outer, row.inner);
    set_permissions(outer, row.outer);
    set_permissions(inner, row.inner);
    CHECK(serve::folder_closed_to_others(socket) == row.want);
  }
  // By another way to the same place.
  set_permissions(outer, 0755);
  set_permissions(inner, 0700);
  fs::create_directory_symlink(inner, outer / "link");
  CHECK(serve::folder_closed_to_others(outer / "link" / "submit") == inner);
}
