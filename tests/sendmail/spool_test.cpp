#include "file/file.h"
#include "sendmail/spool.h"
#include "sendmail/spool_world.h"

#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mox;
using namespace mox::sendmail;
using test::SpoolWorld;

namespace fs = std::filesystem;

namespace {

constexpr uid_t somebody = 12345;
constexpr uid_t another = 12346;

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

void make_file(const fs::path& path, std::string_view content, mode_t mode = 0600) {
  const auto file = file::open(path, file::Access::create, mode).value();
  REQUIRE(file::write_at(file, 0, content));
  REQUIRE(::fchmod(file.number(), mode) == 0);
}

std::string content_of(const fs::path& path) {
  return file::read_file(path, 16 << 20).value();
}

Error error_of_read(const Spool& spool, const std::string& id) {
  const auto entry = spool.read(id);
  REQUIRE_FALSE(entry);
  const auto claim = spool.claim(id);
  if (claim)
    CHECK_FALSE(*claim);
  else
    CHECK(claim.error() == entry.error());
  return entry.error();
}

// What `work` says in a process of another user; only root can ask.
std::string as_user(uid_t user, const std::function<std::string()>& work) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto child = ::fork();
  if (child == 0) {
    std::string said = "cannot become another user";
    // An exception must not go on with the tests in this process.
    try {
      if (::setresuid(user, user, user) == 0) said = work();
    } catch (const std::exception& error) {
      said = error.what();
    }
    static_cast<void>(::write(ends[1], said.data(), said.size()));
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string said(4096, '\0');
  const auto size = ::read(ends[0], said.data(), said.size());
  ::close(ends[0]);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  return said.substr(0, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
}

const std::string other_id = "0000000000000001-0123456789abcdef";

} // namespace

TEST_CASE("a message is in the spool as it came") {
  SpoolWorld world;
  CHECK(mode_of(world.spool.path()) == 0700);
  CHECK(world.spool.owner() == ::geteuid());
  std::string message;
  for (int i = 0; i < 20'000; ++i) message += "line " + std::to_string(i) + "\r\n";
  const Envelope envelope{.recipients = {test::path_of("b@x.example")}, .smtputf8 = true};
  const auto id =
      world.spool
          .put(envelope, message.size(), test::source_of(message), SpoolWorld::start, world.random)
          .value();
  CHECK(id.starts_with("000000006955b900-"));
  CHECK(mode_of(world.spool.path() / id) == 0600);
  CHECK(world.names() == std::vector{id});
  CHECK(world.spool.ids().value() == std::vector{id});

  const auto entry = world.spool.read(id).value();
  CHECK(entry.id == id);
  CHECK(entry.owner == ::geteuid());
  CHECK(entry.head.message_size == message.size());
  CHECK(entry.head.created == SpoolWorld::start);
  CHECK(entry.status == SpoolStatus{});
  CHECK(entry.envelope.envelope == envelope);

  const auto claim = world.spool.claim(id).value();
  REQUIRE(claim);
  CHECK(claim->entry().envelope.envelope == envelope);
  CHECK(test::message_of(*claim, 4096) == message);
  std::string byte(1, '.');
  CHECK(claim->read(UINT64_MAX, byte).value() == 0);
}

TEST_CASE("ids are the oldest first") {
  SpoolWorld world;
  const auto second = world.put("2", {"b@x"}, SpoolWorld::start + 16);
  const auto first = world.put("1", {"b@x"}, SpoolWorld::start);
  CHECK(world.spool.ids().value() == std::vector{first, second});
}

TEST_CASE("states and status are recorded in place") {
  SpoolWorld world;
  const auto id = world.put("hi\r\n", {"b@x", "c@x", "d@x"});
  const auto size = content_of(world.spool.path() / id).size();
  const std::vector<RecipientState> waiting(3, RecipientState::waiting);
  const std::vector states{RecipientState::accepted, RecipientState::waiting,
                           RecipientState::refused};
  for (std::uint32_t i = 1; i <= 4; ++i) {
    auto claim = world.spool.claim(id).value();
    REQUIRE(claim);
    CHECK(claim->entry().status.number == i);
    SpoolStatus status{.tries = i, .last_try = 100 + i, .reason = "no. " + std::to_string(i)};
    REQUIRE(claim->record(status, i == 3 ? states : claim->entry().envelope.states));
    CHECK(claim->entry().status.number == i + 1);
    const auto entry = world.spool.read(id).value();
    status.number = i + 1;
    CHECK(entry.status == status);
    CHECK(entry.envelope.states == (i < 3 ? waiting : states));
    CHECK(claim->entry().envelope.states == entry.envelope.states);
    CHECK(test::message_of(*claim) == "hi\r\n");
  }
  CHECK(content_of(world.spool.path() / id).size() == size);
}

TEST_CASE("a torn record leaves the status before it") {
  SpoolWorld world;
  const auto id = world.put("hi\r\n");
  {
    auto claim = world.spool.claim(id).value();
    REQUIRE(claim);
    REQUIRE(claim->record({.tries = 1, .reason = "first"}, claim->entry().envelope.states));
    REQUIRE(claim->record({.tries = 2, .reason = "second"}, claim->entry().envelope.states));
  }
  const auto file = file::open(world.spool.path() / id, file::Access::write).value();
  REQUIRE(file::write_at(file, block_size + 100, "x"));
  CHECK(world.spool.read(id).value().status.reason == "first");
  REQUIRE(file::write_at(file, 2 * block_size, "x"));
  CHECK(error_of_read(world.spool, id).text == file.path().native() + " has a damaged status");
}

TEST_CASE("one at a time has a message") {
  SpoolWorld world;
  const auto id = world.put("hi\r\n");
  {
    const auto claim = world.spool.claim(id).value();
    REQUIRE(claim);
    CHECK_FALSE(world.spool.claim(id).value());
    CHECK(world.spool.read(id)); // looking is allowed
  }
  {
    const auto claim = world.spool.claim(id).value();
    REQUIRE(claim);
    REQUIRE(claim->remove());
    CHECK(claim->remove().error().kind == ErrorKind::not_found);
  }
  CHECK_FALSE(world.spool.claim(id).value());
  CHECK(world.spool.read(id).error().kind == ErrorKind::not_found);
  CHECK(world.names().empty());
}

TEST_CASE("a file that was removed while it was opened is gone") {
  SpoolWorld world;
  const auto id = world.put("hi\r\n");
  const auto folder = Folder::open(world.spool.path(), ::geteuid()).value();
  const auto file = folder.open_file(id, Folder::Access::write).value();
  REQUIRE(try_lock(file).value());
  REQUIRE(folder.remove(id));
  CHECK_FALSE(world.spool.claim(id).value());
}

TEST_CASE("a message that cannot be written leaves nothing") {
  SpoolWorld world;
  const Envelope envelope{.recipients = {test::path_of("b@x")}};
  const auto put = [&](std::uint64_t size, const Source& source) {
    return world.spool.put(envelope, size, source, 0, world.random).error();
  };
  CHECK(put(5, test::source_of("hi")) ==
        Error{ErrorKind::io, "the message ended 3 bytes before its end"});
  const Source broken = [](std::span<char>) { return failure(ErrorKind::io, "broken"); };
  CHECK(put(5, broken).text == "broken");
  CHECK(put(max_message_bytes + 1, broken) ==
        Error{ErrorKind::invalid,
              "the message has 1073741825 bytes; the spool takes at most 1073741824"});
  CHECK(world.names().empty());
}

TEST_CASE("the spool holds a limited number of messages") {
  SpoolWorld world;
  for (std::size_t i = 0; i < max_spooled; ++i)
    REQUIRE(::close(::open((world.spool.path() / std::to_string(i)).c_str(),
                           O_CREAT | O_RDWR | O_CLOEXEC, 0600)) == 0);
  const auto full = world.spool.put({.recipients = {test::path_of("b@x")}}, 1, test::source_of("x"),
                                    0, world.random);
  CHECK(full.error() == Error{ErrorKind::full, world.spool.path().native() +
                                                   " holds 10000 messages and takes no more"});
}

TEST_CASE("what is no message of ours is refused, unread and unharmed") {
  SpoolWorld world;
  const auto good = world.put("hi\r\n");
  const auto bytes = content_of(world.spool.path() / good);
  const auto place = world.spool.path() / other_id;
  const auto text_of = [&] { return error_of_read(world.spool, other_id).text; };
  const auto named = [&](const char* what) { return place.native() + what; };

  SECTION("a link") {
    fs::create_symlink(world.spool.path() / good, place);
    CHECK(text_of() == named(" is a link, which is not followed"));
    CHECK(error_of_read(world.spool, other_id).kind == ErrorKind::refused);
  }
  SECTION("a link to nothing") {
    fs::create_symlink("/nowhere/at/all", place);
    CHECK(text_of() == named(" is a link, which is not followed"));
  }
  SECTION("a pipe, without waiting for its other end") {
    REQUIRE(::mkfifo(place.c_str(), 0600) == 0);
    CHECK(text_of() == named(" is not a plain file"));
  }
  SECTION("a folder") {
    REQUIRE(::mkdir(place.c_str(), 0700) == 0);
    CHECK_FALSE(world.spool.read(other_id));
    CHECK_FALSE(world.spool.claim(other_id));
  }
  SECTION("a second name") {
    fs::create_hard_link(world.spool.path() / good, place);
    CHECK(text_of() == named(" has more than one name"));
  }
  SECTION("a file that others can change") {
    make_file(place, bytes, 0620);
    CHECK(text_of() == named(" can be written to by others"));
  }
  SECTION("a file of another user") {
    if (::geteuid() != 0) return;
    make_file(place, bytes);
    REQUIRE(::chown(place.c_str(), somebody, somebody) == 0);
    CHECK(text_of() == named(" belongs to user 12345, and its folder to user 0"));
  }
  SECTION("an empty file") {
    make_file(place, "");
    CHECK(text_of() == named(" ends at offset 0, 1536 bytes too early"));
    CHECK(error_of_read(world.spool, other_id).kind == ErrorKind::corrupt);
  }
  SECTION("half a file, cut anywhere") {
    for (std::size_t size = 0; size < bytes.size(); size += 97) {
      const auto half = file::replace(place, std::string_view(bytes).substr(0, size));
      REQUIRE(half);
      CHECK(error_of_read(world.spool, other_id).kind == ErrorKind::corrupt);
    }
  }
  SECTION("more than a file") {
    make_file(place, bytes + "x");
    CHECK(text_of() == place.native() + " has " + std::to_string(bytes.size() + 1) +
                           " bytes, and should have " + std::to_string(bytes.size()));
  }
  SECTION("a huge file of nothing") {
    make_file(place, bytes);
    REQUIRE(::truncate(place.c_str(), off_t{1} << 40) == 0);
    CHECK(error_of_read(world.spool, other_id).kind == ErrorKind::corrupt);
  }
  SECTION("a file that claims to be huge") {
    make_file(place, print_head({.envelope_size = UINT64_MAX, .message_size = 2}) +
                         bytes.substr(block_size));
    CHECK(error_of_read(world.spool, other_id).kind == ErrorKind::corrupt);
  }
  SECTION("a damaged envelope") {
    auto damaged = bytes;
    damaged[envelope_offset] = 'F';
    make_file(place, damaged);
    CHECK(text_of() == named(" names no sender"));
  }
  SECTION("a newer format") {
    auto newer = bytes;
    newer.replace(newer.find("1\n"), 2, "2\n");
    make_file(place, newer);
    CHECK(error_of_read(world.spool, other_id).kind == ErrorKind::unsupported);
  }
  SECTION("a name that is no id") {
    CHECK(error_of_read(world.spool, "../" + good).kind == ErrorKind::not_found);
    CHECK(error_of_read(world.spool, "").kind == ErrorKind::not_found);
    CHECK(error_of_read(world.spool, ".new-" + good).kind == ErrorKind::not_found);
  }
  CHECK(content_of(world.spool.path() / good) == bytes);
}

TEST_CASE("a file that is cut while it is sent is an error, not an end") {
  SpoolWorld world;
  const auto id = world.put("0123456789");
  const auto claim = world.spool.claim(id).value();
  REQUIRE(claim);
  REQUIRE(::truncate((world.spool.path() / id).c_str(), envelope_offset) == 0);
  std::string buffer(10, '\0');
  CHECK(claim->read(0, buffer).error().kind == ErrorKind::corrupt);
}

TEST_CASE("files of other names are none of the spool's") {
  SpoolWorld world;
  for (const char* name :
       {"note", ".new-0000000000000001-0123456789abcdef", "0000000000000001-0123456789ABCDEF",
        "0000000000000001+0123456789abcdef", "0000000000000001-0123456789abcde-"})
    make_file(world.spool.path() / name, "x");
  CHECK(world.spool.ids().value().empty());
}

TEST_CASE("what a crash left half written goes after a day") {
  SpoolWorld world;
  const auto half = world.spool.path() / (".new-" + other_id);
  const auto link = world.spool.path() / ".new-link";
  make_file(half, "mox-sendmail");
  make_file(world.folder / "elsewhere", "x");
  fs::create_symlink(world.folder / "elsewhere", link);
  const auto good = world.put("hi\r\n");
  struct stat status{};
  REQUIRE(::stat(half.c_str(), &status) == 0);
  const auto written = status.st_mtim.tv_sec;

  REQUIRE(world.spool.remove_leftovers(written + leftover_seconds - 1));
  CHECK(fs::exists(half));
  {
    const auto writer = file::open(half, file::Access::write).value();
    REQUIRE(try_lock(writer).value());
    REQUIRE(world.spool.remove_leftovers(written + leftover_seconds));
    CHECK(fs::exists(half));
  }
  REQUIRE(world.spool.remove_leftovers(written + leftover_seconds));
  CHECK(world.names() == std::vector<std::string>{".new-link", good});
  CHECK(fs::exists(world.folder / "elsewhere"));
}

TEST_CASE("each user has a folder in the shared one") {
  const test::TemporaryFolder folder;
  const auto shared = folder / "spool" / "mox-sendmail";
  REQUIRE(Spool::make_shared(shared));
  CHECK(mode_of(shared) == 01733);
  REQUIRE(Spool::make_shared(shared));
  CHECK(mode_of(shared) == 01733);

  CHECK(Spool::users(shared).value().empty());
  CHECK(Spool::part_of(shared, ::geteuid()).error().kind == ErrorKind::not_found);
  const auto own = Spool::own_part(shared).value();
  CHECK(own.path() == shared / std::to_string(::geteuid()));
  CHECK(mode_of(own.path()) == 0700);
  CHECK(Spool::own_part(shared).value().path() == own.path());
  CHECK(Spool::users(shared).value() == std::vector{::geteuid()});

  SpoolWorld world;
  const auto id = world.put(own, "hi\r\n");
  const auto again = Spool::part_of(shared, ::geteuid()).value();
  CHECK(again.ids().value() == std::vector{id});
}

TEST_CASE("a shared folder that is not safe is refused") {
  const test::TemporaryFolder folder;
  const auto shared = folder / "shared";
  CHECK(Spool::own_part(shared).error().kind == ErrorKind::not_found);
  REQUIRE(Spool::make_shared(shared));
  REQUIRE(::chmod(shared.c_str(), 0733) == 0);
  const Error unsafe{ErrorKind::refused,
                     shared.native() + " must belong to root and have mode 1733"};
  CHECK(Spool::own_part(shared).error() == unsafe);
  CHECK(Spool::part_of(shared, 0).error() == unsafe);
  CHECK(Spool::users(shared).error() == unsafe);
  CHECK(Spool::make_shared(shared).error() == unsafe);
  REQUIRE(::chmod(shared.c_str(), 01733) == 0);
  fs::create_symlink(shared, folder / "link");
  CHECK_FALSE(Spool::own_part(folder / "link"));
  if (::geteuid() != 0) return;
  REQUIRE(::chown(shared.c_str(), somebody, somebody) == 0);
  CHECK(Spool::own_part(shared).error() == unsafe);
}

TEST_CASE("a folder that others can write to is refused") {
  const test::TemporaryFolder folder;
  const auto path = folder / "spool";
  REQUIRE(::mkdir(path.c_str(), 0700) == 0);
  REQUIRE(::chmod(path.c_str(), 0770) == 0);
  CHECK(Spool::own_folder(path).error() ==
        Error{ErrorKind::refused,
              path.native() + " can be written to by others; its mode should be 0700"});
  REQUIRE(::chmod(path.c_str(), 0700) == 0);
  CHECK(Spool::own_folder(path));
  fs::create_symlink(path, folder / "link");
  CHECK_FALSE(Spool::own_folder(folder / "link"));
  make_file(folder / "file", "x");
  CHECK_FALSE(Spool::own_folder(folder / "file"));
}

TEST_CASE("users and root share the spool") {
  if (::geteuid() != 0) return;
  const test::TemporaryFolder folder;
  REQUIRE(::chmod(folder.path().c_str(), 0711) == 0);
  const auto shared = folder / "shared";
  REQUIRE(Spool::make_shared(shared));
  const auto put = [&] {
    test::FakeRandom random;
    const auto spool = Spool::own_part(shared);
    if (!spool) return spool.error().text;
    const auto id = spool->put({.recipients = {address::parse_path("b@x").value()}}, 2,
                               test::source_of("hi"), 1, random);
    return id ? *id : id.error().text;
  };
  const auto id = as_user(somebody, put);
  REQUIRE(id.size() == other_id.size());
  CHECK(as_user(somebody, [&] { return Spool::own_part(shared).value().ids().value().at(0); }) ==
        id);

  CHECK(Spool::users(shared).value() == std::vector<uid_t>{somebody});
  const auto spool = Spool::part_of(shared, somebody).value();
  CHECK(spool.read(id).value().owner == somebody);
  const auto claim = spool.claim(id).value();
  REQUIRE(claim);
  CHECK(test::message_of(*claim) == "hi");

  // Nobody sees another's.
  CHECK(as_user(another, [&] {
          return Spool::users(shared).error().text;
        }).ends_with("Permission denied"));
  CHECK(as_user(another, [&] {
          return Spool::part_of(shared, somebody).error().text;
        }).ends_with("Permission denied"));
  // Who takes another's name gains nothing.
  const auto taken = (shared / std::to_string(another)).native();
  REQUIRE(::mkdir(taken.c_str(), 0700) == 0);
  REQUIRE(::chown(taken.c_str(), somebody, somebody) == 0);
  CHECK(as_user(another, put).ends_with("Permission denied"));
  REQUIRE(::chmod(taken.c_str(), 0755) == 0);
  CHECK(as_user(another, put) == taken + " belongs to user 12345, not to user 12346");
  CHECK(Spool::part_of(shared, another).error().kind == ErrorKind::refused);
  CHECK(Spool::users(shared).value() == std::vector<uid_t>{somebody});

  // A link in the place of a folder.
  REQUIRE(fs::remove(taken));
  fs::create_symlink(shared / std::to_string(somebody), taken);
  CHECK(Spool::part_of(shared, another).error().kind != ErrorKind::not_found);
  CHECK_FALSE(Spool::part_of(shared, another));
  make_file(shared / "12347", "x");
  CHECK(Spool::users(shared).value() == std::vector<uid_t>{somebody});
}
