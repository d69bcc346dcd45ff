// A message through the control socket into the mailboxes of an address.
#include "admin/admin_world.h"
#include "store/txn.h"

#include <algorithm>
#include <span>

using namespace mox;
using test::AdminWorld;
using test::has;

namespace {

const std::string plain = "From: a@example.org\nSubject: s\n\nhello\n";
const std::string stored = "From: a@example.org\r\nSubject: s\r\n\r\nhello\r\n";
constexpr std::size_t most = 1'000'000; // smtp-max-message-size

// What the messages of a mailbox are; nothing when it is not there.
std::vector<std::string> messages(const AdminWorld& world, std::string_view account,
                                  std::string_view name = "Inbox") {
  std::vector<std::string> all;
  const auto id = *world.accounts->id_of(account);
  const auto snapshot = world.store->read();
  const auto mailbox = snapshot.find_mailbox(id, name);
  if (!mailbox) return all;
  auto placements = snapshot.placements(id, mailbox->id);
  auto reader = snapshot.messages(id);
  for (auto placement = placements.seek(1); placement; placement = placements.next()) {
    const auto content = reader.content(placement->message).value();
    std::string bytes(content.size, '\0');
    REQUIRE(world.store->read_message(snapshot, content, *reader.rendering(placement->message), 0,
                                      bytes));
    CHECK(content.received == unix_seconds(world.clock.wall()));
    all.push_back(std::move(bytes));
  }
  return all;
}

void check_nothing_stored(const AdminWorld& world) {
  for (const auto* account : {"mjl", "ann"}) {
    CHECK(messages(world, account).empty());
    CHECK(world.store->read().account(*world.accounts->id_of(account))->used == 0);
  }
  const auto proof = world.store->verify();
  REQUIRE(proof);
  CHECK(proof->errors.empty());
}

// Gives some bytes, and fails then, as the input of a client does that goes away.
class BreakingReader final : public control::Reader {
public:
  Result<std::size_t> read(std::span<char> into) override {
    if (given_) return failure(ErrorKind::closed, "the client went away");
    given_ = true;
    std::ranges::copy(plain, into.begin());
    return plain.size();
  }

private:
  bool given_ = false;
};

} // namespace

TEST_CASE("a message goes where its address leads, and the answer says where that is") {
  AdminWorld world;
  CHECK(world.did("deliver", {"MJL+tag@Example.ORG"}, plain) ==
        "message delivered to account mjl, mailbox Inbox\n");
  CHECK(messages(world, "mjl") == std::vector{stored});
  CHECK(world.did("deliver", {"ann@example.net"}, plain) ==
        "message delivered to account ann, mailbox Post/In\n");
  CHECK(messages(world, "ann", "Post/In") == std::vector{stored});
  CHECK(world.did("deliver", {"postmaster@example.org"}, plain) ==
        "message delivered to account mjl, mailbox Postmaster\n");
}

TEST_CASE("an alias takes it to its members, each account once") {
  AdminWorld world;
  world.did("config account add", {"third", "third@example.org"});
  world.did("config address add", {"3@example.org", "third"});
  world.did("config alias addaddr", {"team@example.org", "third@example.org", "3@example.org"});
  CHECK(world.did("deliver", {"team@example.org"}, plain) ==
        "message delivered to account mjl, mailbox Inbox\n"
        "message delivered to account ann, mailbox Post/In\n"
        "message delivered to account third, mailbox Inbox\n");
  CHECK(messages(world, "third") == std::vector{stored});
}

TEST_CASE("line ends become CRLF, and nothing else changes") {
  struct Row {
    const char* name;
    std::string input;
    std::string want;
  };

  const Row rows[] = {
      {"CRLF", "A: b\r\n\r\nx\r\n", "A: b\r\n\r\nx\r\n"},
      {"LF", "A: b\n\nx\n", "A: b\r\n\r\nx\r\n"},
      {"both", "A: b\r\n\nx\r\n", "A: b\r\n\r\nx\r\n"},
      {"no end", "A: b\n\nx", "A: b\r\n\r\nx\r\n"},
      {"dots", "A: b\n\n.\n..\n.x\n", "A: b\r\n\r\n.\r\n..\r\n.x\r\n"},
      {"eight bits", "A: b\n\nf\xc3\xbcr \xff\n", "A: b\r\n\r\nf\xc3\xbcr \xff\r\n"},
      {"no header", "\nx\n", "\r\nx\r\n"},
      {"From line", "From x\nA: b\n\n", "From x\r\nA: b\r\n\r\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    AdminWorld world;
    world.did("deliver", {"mjl@example.org"}, row.input);
    CHECK(messages(world, "mjl") == std::vector{row.want});
  }
}

TEST_CASE("a message may have the size that listeners allow, to the byte") {
  for (const bool large : {false, true}) {
    AdminWorld world;
    const std::string head = "A: b\r\n\r\n";
    // As it is stored: with the line end that was missing.
    const auto size = most + (large ? 1 : 0) - 2;
    const auto text = head + std::string(size - head.size(), 'x');
    if (large) {
      const auto error = world.failed("deliver", {"mjl@example.org"}, text);
      CHECK(error.kind == ErrorKind::invalid);
      CHECK(has(error.text, "more than 1000000 bytes"));
      check_nothing_stored(world);
    } else {
      world.did("deliver", {"mjl@example.org"}, text);
      CHECK(messages(world, "mjl") == std::vector{text + "\r\n"});
    }
  }
}

TEST_CASE("what cannot be delivered leaves nothing behind") {
  struct Row {
    std::string address;
    ErrorKind kind;
    std::string_view want;
  };

  AdminWorld world;
  const Row rows[] = {
      {"nobody@example.org", ErrorKind::not_found, "nobody has the address nobody@example.org"},
      {"mjl@other.example", ErrorKind::not_found, "other.example is not one of the configured"},
      {"mjl@closed.example", ErrorKind::refused, "closed.example takes no mail for now"},
      {"gone@example.net", ErrorKind::refused, "moved away"},
      {"mjl", ErrorKind::invalid, "\"mjl\" is not an address"},
      {"", ErrorKind::invalid, "is not an address"},
      {"mjl@example.org>", ErrorKind::invalid, "is not an address"},
      {"mjl@example.org> x", ErrorKind::invalid, "is not an address"},
      {"<mjl@example.org>", ErrorKind::invalid, "is not an address"},
      {"mjl@[127.0.0.1]", ErrorKind::not_found, "not one of the configured"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.address);
    const auto error = world.failed("deliver", {row.address}, plain);
    CAPTURE(error.text);
    CHECK(error.kind == row.kind);
    CHECK(has(error.text, row.want));
  }
  CHECK(has(world.failed("deliver", {}, plain).text, "one address, not 0"));
  CHECK(has(world.failed("deliver", {"a@example.org", "b@example.org"}, plain).text,
            "one address, not 2"));
  CHECK(has(world.failed("deliver", {"mjl@example.org"}, "").text, "the input is empty"));
  check_nothing_stored(world);
}

TEST_CASE("a quota is kept") {
  AdminWorld world;
  world.did("config account add", {"small", "small@example.org"});
  const auto id = *world.accounts->id_of("small");
  REQUIRE(world.store->write_blocking<void>(
      [&](store::Txn& txn) { return txn.set_quota(id, stored.size()); }));
  world.did("deliver", {"small@example.org"}, plain);
  const auto error = world.failed("deliver", {"small@example.org"}, plain);
  CHECK(error.kind == ErrorKind::full);
  CHECK(messages(world, "small").size() == 1);
}

TEST_CASE("half a message is none") {
  AdminWorld world;
  auto place = world.place();
  const auto handler = admin::handler(place, {.stop = {}, .pool = world.pool});
  BreakingReader reader;
  const control::Request request{.command = "deliver", .parameters = {"mjl@example.org"}};
  const auto result =
      control::run_here(handler, request, &reader, [](std::string_view) { return ok(); });
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::closed);
  check_nothing_stored(world);
}
