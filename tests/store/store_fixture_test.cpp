#include "message/parser.h"
#include "store_fixture.h"

#include <fmt/format.h>

#include <cstdlib>
#include <unistd.h>

namespace mox::store::test {

TestFolder::TestFolder() {
  auto pattern = (std::filesystem::temp_directory_path() / "mox-store-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = pattern;
}

TestFolder::~TestFolder() {
  std::filesystem::remove_all(path_);
}

World::World(Engine engine, Options with) : options(std::move(with)) {
  options.folder = folder.path() / "store";
  options.engine = engine;
  open();
  account = change([](Txn& transaction) { return transaction.create_account("mjl"); });
  inbox = make("Inbox");
}

void World::open() {
  auto opened =
      Store::open(options, clock, random,
                  {.log = [this](std::string_view text, bool) { said.emplace_back(text); },
                   .committed =
                       [this](std::size_t count, std::chrono::nanoseconds) {
                         ++commits;
                         changes_committed += static_cast<int>(count);
                       },
                   .failed = [this](const Error&) { ++failures; }});
  INFO((opened ? std::string() : opened.error().text));
  REQUIRE(opened.has_value());
  store = std::move(*opened);
}

void World::reopen() {
  store.reset();
  open();
}

void World::tamper(const std::function<void(database::WriteTransaction&)>& change) {
  store.reset();
  auto database = database::open_lmdb({.folder = options.folder});
  REQUIRE(database);
  REQUIRE((*database)->write([&](database::WriteTransaction& transaction) {
    change(transaction);
    return ok();
  }));
}

void World::check_clean() const {
  const auto proof = store->verify();
  REQUIRE(proof.has_value());
  std::string all;
  for (const auto& error : proof->errors) all += error + "\n";
  CHECK(all == "");
}

NewMessage World::message(std::string_view text, std::string_view prefix) const {
  auto body = store->prepare_blocking(std::string(text));
  REQUIRE(body.has_value());
  return {.prefix = std::string(prefix),
          .body = *body,
          .summary =
              std::make_shared<const message::Summary>(message::summarize(message::parse(text))),
          .flags = {},
          .received = clock.now(),
          .received_zone = 60};
}

Placement World::deliver(MailboxId mailbox, std::string_view text, NamedFlags flags) {
  auto one = message(text, "Delivered-To: mjl\r\n");
  one.flags = std::move(flags);
  return change([&](Txn& transaction) { return transaction.add_message(account, mailbox, one); });
}

void World::fill(MailboxId mailbox, std::size_t count, const NamedFlags& flags) {
  auto one = message(mail("many", "many"));
  one.flags = flags;
  change([&](Txn& transaction) -> Result<> {
    for (std::size_t i = 0; i < count; ++i) {
      MOX_TRY(transaction.add_message(account, mailbox, one));
    }
    return ok();
  });
}

std::string World::read(const Placement& placement) const {
  const auto snapshot = store->read();
  auto reader = snapshot.messages(account);
  const auto content = reader.content(placement.message);
  const auto rendering = reader.rendering(placement.message);
  REQUIRE(content);
  REQUIRE(rendering);
  std::string bytes(content->size, '\0');
  const auto result = store->read_message(snapshot, *content, *rendering, 0, bytes);
  INFO((result ? std::string() : result.error().text));
  REQUIRE(result.has_value());
  return bytes;
}

MailboxId World::mailbox(std::string_view name) const {
  const auto found = store->read().find_mailbox(account, name);
  REQUIRE(found);
  return found->id;
}

MailboxId World::make(std::string_view name) {
  return change([&](Txn& transaction) { return transaction.create_mailbox(account, name, 0); })
      .back()
      .id;
}

Mailbox World::state_of(MailboxId mailbox) const {
  const auto found = store->read().mailbox(account, mailbox);
  REQUIRE(found);
  return *found;
}

std::vector<Uid> World::uids(MailboxId mailbox) const {
  std::vector<Uid> all;
  for (const auto& run : store->read().uids(account, mailbox).runs()) {
    for (auto uid = run.first; uid <= run.last; ++uid) all.push_back(uid);
  }
  return all;
}

std::string World::listing(MailboxId mailbox) const {
  static const std::pair<std::uint16_t, const char*> names[] = {
      {flag_seen, "seen"}, {flag_deleted, "deleted"}, {flag_flagged, "flagged"}};
  const auto snapshot = store->read();
  const auto keywords = snapshot.keywords(account);
  std::string text;
  auto cursor = snapshot.placements(account, mailbox);
  for (auto placement = cursor.seek(1); placement; placement = cursor.next()) {
    std::string flags;
    for (const auto& [bit, name] : names) {
      if ((placement->flags.system & bit) != 0) flags.append(",").append(name);
    }
    for (std::size_t number = 0; number < keywords.size(); ++number) {
      const bool set = placement->flags.keywords.contains(static_cast<std::uint16_t>(number));
      if (set) flags.append(",").append(keywords[number]);
    }
    if (!flags.empty()) flags[0] = ':';
    text += fmt::format("{}{}{}", text.empty() ? "" : " ", placement->uid, flags);
  }
  return text;
}

std::string World::names() const {
  std::string text;
  for (const auto& one : store->read().mailboxes(account)) {
    text += (text.empty() ? "" : " ") + one.name;
  }
  return text;
}

std::string World::changes(Modseq since) const {
  static const char* const kinds[] = {"?",          "added",       "flags",   "expunged",
                                      "created",    "renamed",     "deleted", "changed",
                                      "subscribed", "unsubscribed"};
  std::string text;
  store->read().changes(account, since, [&](const ChangeRow& row) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", row.modseq,
                        kinds[static_cast<std::size_t>(row.kind)]);
    if (row.mailbox != MailboxId{}) {
      text += fmt::format(" {}", static_cast<std::uint32_t>(row.mailbox));
    }
    if (row.uids.first != 0) text += fmt::format(":{}-{}", row.uids.first, row.uids.last);
    if (!row.name.empty()) text += fmt::format(" {}", row.name);
    return true;
  });
  return text;
}

Modseq World::modseq() const {
  return store->read().account(account)->modseq;
}

std::uint64_t World::used() const {
  return store->read().account(account)->used;
}

std::string mail(std::string_view id, std::string_view subject, std::string_view more,
                 std::string_view body) {
  return fmt::format("From: a@b.example\r\nSubject: {}\r\nMessage-ID: <{}@x.example>\r\n{}\r\n{}",
                     subject, id, more, body);
}

std::vector<UidRange> range(Uid first, Uid last) {
  return {{first, last}};
}

} // namespace mox::store::test
