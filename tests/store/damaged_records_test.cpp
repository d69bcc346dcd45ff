// Records that cannot be read: each is one error, and all else is proven still.
#include "copied_store.h"
#include "store/damaged_record.h"

#include <algorithm>
#include <map>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

constexpr std::string_view rubbish = "\x02rubbish";

// The stamp is no record to go on without; the others have nothing, or a name, for a value.
bool has_record(std::string_view key) {
  switch (table_of(key)) {
  case Table::meta:
  case Table::subscription:
  case Table::keyword:
  case Table::message_id:
  case Table::thread:
  case Table::subject:
  case Table::sender: return false;
  default: return true;
  }
}

} // namespace

TEST_CASE("damaged records: each of a sound store is one error, and the only one") {
  const Wide store;
  Copied copied(store);
  REQUIRE(all_of(copied.proof()) == "");
  for (const auto& [key, value] : copied.rows()) {
    if (!has_record(key)) continue;
    CAPTURE(static_cast<int>(table_of(key)), key.substr(key_body));
    for (const auto bytes : {rubbish, std::string_view()}) {
      copied.put(key, bytes);
      const auto errors = all_of(copied.proof());
      CAPTURE(errors);
      CHECK(std::ranges::count(errors, '\n') == 1);
      CHECK(errors.starts_with("damaged "));
      CHECK(errors.ends_with(" cannot be read\n"));
    }
    copied.put(key, value);
  }
  CHECK(all_of(copied.proof()) == "");
}

TEST_CASE("damaged records: table, account and key are in words") {
  const Wide store;
  Copied copied(store);
  const auto account = store.account;
  const auto in_inbox = [&](Table table, Uid uid) {
    return std::string(Key(account, table).mailbox(store.inbox).u32(uid));
  };
  const auto of_message = [&](Table table, std::uint64_t id) {
    return std::string(Key(account, table).u64(id));
  };
  const auto first_of = [&](std::string_view prefix) {
    const auto found = copied.rows().lower_bound(std::string(prefix));
    REQUIRE(found->first.starts_with(prefix));
    return found->first;
  };
  const auto log_row = [&](Modseq modseq, ChangeKind kind) {
    return first_of(Key(account, Table::change).u64(modseq).u8(static_cast<std::uint8_t>(kind)));
  };

  struct Row {
    std::string key;
    const char* want;
  };

  const Row rows[] = {
      {std::string(Key(no_account, Table::counters)), "store record: its counters"},
      {name_key(no_account, Table::account_name, "mjl"), "account name record: mjl"},
      {name_key(no_account, Table::login, "m@a.example"), "login record: m@a.example"},
      {name_key(no_account, Table::public_key, std::string(32, 'k')),
       "public key record: a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s"},
      {std::string(Key(no_account, Table::blob).u64(3)), "blob record: blob 3"},
      {std::string(Key(no_account, Table::segment).u32(1)), "segment record: segment 1"},
      {std::string(store.staging_of(store.to)), "staging record: to of mjl"},
      {first_of(Key(no_account, Table::erasure)),
       "erasure record: that of UIDs from 4 in Inbox of mjl, of time 1800000000,"},
      {std::string(Key(account, Table::account)), "account record: mjl"},
      {std::string(Key(account, Table::mailbox).mailbox(store.to)), "mailbox record: to of mjl"},
      {name_key(account, Table::mailbox_name, "to"), "mailbox name record: to of mjl"},
      {name_key(account, Table::keyword_name, "k5"), "keyword name record: k5 of mjl"},
      {std::string(Key(account, Table::credential).u32(1)), "credential record: number 1 of mjl"},
      {std::string(Key(no_account, Table::login_attempts)), "login attempts record: its number"},
      {std::string(Key(account, Table::login_attempt_counts)),
       "login attempt counts record: those of mjl"},
      {std::string(Key(no_account, Table::login_attempt_counts)),
       "login attempt counts record: those of nobody"},
      {in_inbox(Table::placement, 3), "placement record: UID 3 in Inbox of mjl"},
      {in_inbox(Table::more_keywords, 1), "more keywords record: UID 1 in Inbox of mjl"},
      {in_inbox(Table::expunged, 4), "expunged record: UID 4 in Inbox of mjl"},
      {of_message(Table::content, 2), "content record: message 2 of mjl"},
      {of_message(Table::rendering, 2), "rendering record: message 2 of mjl"},
      {log_row(1, ChangeKind::mailbox_created), "log record: modseq 1, Inbox of mjl"},
      {log_row(store.expunged_at, ChangeKind::expunged), ", UIDs from 4 in Inbox of mjl"},
      {log_row(store.expunged_at + 1, ChangeKind::subscribed), ", a subscription of mjl"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.want);
    copied.put(row.key, rubbish);
    const auto errors = all_of(copied.proof());
    CAPTURE(errors);
    CHECK(errors.starts_with("damaged "));
    CHECK(errors.ends_with(fmt::format("{} cannot be read\n", row.want)));
    copied.put(row.key, copied.rows().at(row.key));
  }
}

TEST_CASE("damaged records: one name may be that of a damaged record") {
  const Wide store;
  Copied copied(store);
  const auto mailbox = Key(store.account, Table::mailbox).mailbox(store.inbox);
  const auto placement = store.placement(3);
  copied.put(placement, rubbish);
  copied.put(mailbox, rubbish);
  copied.put(Key(store.account, Table::account), rubbish);
  CHECK(all_of(copied.proof()) ==
        "damaged account record: mjl cannot be read\n"
        "damaged mailbox record: Inbox of mjl cannot be read\n"
        "damaged placement record: UID 3 in Inbox of mjl cannot be read\n");
  // The number is what is left.
  copied.put(name_key(no_account, Table::account_name, "mjl"), rubbish);
  copied.put(name_key(store.account, Table::mailbox_name, "Inbox"), rubbish);
  const auto errors = all_of(copied.proof());
  CAPTURE(errors);
  CHECK(errors.find("damaged account record: account 1 cannot be read\n") != std::string::npos);
  CHECK(errors.find("UID 3 in mailbox 1 of account 1 cannot be read\n") != std::string::npos);
  CHECK(std::ranges::count(errors, '\n') == 5);
}

TEST_CASE("damaged records: staged rows of a mailbox of which nothing can be read") {
  const Wide store;
  Copied copied(store);
  copied.put(Key(store.account, Table::mailbox).mailbox(store.to), rubbish);
  copied.put(store.staging_of(store.to), rubbish);
  CHECK(all_of(copied.proof()) == "damaged staging record: to of mjl cannot be read\n"
                                  "damaged mailbox record: to of mjl cannot be read\n");
}

TEST_CASE("damaged records: the log of an account that does not say how far it was trimmed") {
  const Wide store;
  Copied copied(store);
  copied.put(Key(store.account, Table::account), rubbish);
  const auto erase_log = [&](Modseq first, Modseq last) {
    copied.change([&](Rows& rows) {
      const auto end = std::string(Key(store.account, Table::change).u64(last + 1));
      auto key =
          copied.rows().lower_bound(std::string(Key(store.account, Table::change).u64(first)));
      for (; key->first < end; ++key) rows.erase(key->first);
    });
  };
  const std::string damage = "damaged account record: mjl cannot be read\n";
  erase_log(1, 4);
  CHECK(all_of(copied.proof()) == damage);
  erase_log(store.expunged_at, store.expunged_at);
  CHECK(all_of(copied.proof()) ==
        fmt::format(
            "{}log: UID 4 left mailbox 1 of mjl at modseq {}, of which the log does not tell\n",
            damage, store.expunged_at));
}

TEST_CASE("damaged records: all at once") {
  const Wide store;
  Copied copied(store);
  std::map<Table, std::size_t> damaged;
  copied.change([&](Rows& rows) {
    for (const auto& [key, value] : copied.rows()) {
      if (!has_record(key)) continue;
      rows.put(key, rubbish);
      ++damaged[table_of(key)];
    }
  });
  CHECK(damaged.size() == 23);
  std::size_t lines = 0;
  for (const auto& [table, count] : damaged) lines += std::min<std::size_t>(count, 21);
  const auto proof = copied.proof();
  CAPTURE(all_of(proof));
  CHECK(proof.errors.size() == lines);
  for (const auto& error : proof.errors) CHECK(error.starts_with("damaged "));
}

TEST_CASE("damaged records: what else is wrong is found") {
  Wide store;
  const auto edit_counts = [&](Rows& rows, AccountId account, MailboxId mailbox) {
    const auto key = Key(account, Table::mailbox).mailbox(mailbox);
    auto record = decode_mailbox(*rows.get(key));
    ++record.mailbox.counts.unseen;
    rows.put(key, encode(record));
  };
  store.tamper([&](Rows& rows) {
    rows.put(store.placement(3), rubbish);
    rows.put(Key(store.account, Table::account), rubbish);
    rows.put(store.content(5), rubbish);
    rows.put(Key(no_account, Table::blob).u64(1), rubbish);
    edit_counts(rows, store.account, store.to);
    edit_counts(rows, store.zoe, store.zoes_inbox);
    // Two references more than the damaged rows account for.
    auto content = decode_content(*rows.get(store.content(2)));
    content.content.references += 2;
    const auto bytes = encode(content);
    rows.put(store.content(2), {bytes.data(), bytes.size()});
    REQUIRE(rows.erase(Key(store.zoe, Table::rendering).u64(1)));
  });
  const auto result = verify(store.options.folder);
  REQUIRE(result);
  const auto errors = all_of(*result);
  CAPTURE(errors);
  for (const auto* want :
       {"damaged placement record: UID 3 in Inbox of mjl cannot be read",
        "damaged account record: mjl cannot be read",
        "damaged content record: message 5 of mjl cannot be read",
        "damaged blob record: blob 1 cannot be read", "counts: to of mjl says 2 messages, 2 unseen",
        "counts: Inbox of zoe says 1 messages, 2 unseen",
        "content: message 2 of mjl has 2 references, its record says 4",
        "content: message 1 of zoe has no rendering or no blob"}) {
    CAPTURE(want);
    CHECK(errors.find(want) != std::string::npos);
  }
  CHECK(std::ranges::count(errors, '\n') == 8);
  CHECK(result->accounts == 2);
  CHECK(result->mailboxes == 3);
  CHECK(result->messages == 6);
  CHECK(result->blobs == 5);
}

TEST_CASE("damaged records: many of a kind are counted") {
  World world;
  world.fill(world.inbox, 30);
  world.tamper([&](Rows& rows) {
    for (Uid uid = 1; uid <= 30; ++uid) {
      rows.put(Key(world.account, Table::placement).mailbox(world.inbox).u32(uid), rubbish);
    }
  });
  const auto result = verify(world.options.folder);
  REQUIRE(result);
  CHECK(result->errors.size() == 21);
  CHECK(result->errors.back() == "damaged placement record: 10 more like these");
}

TEST_CASE("damaged records: all others hear of them as of any failure") {
  const auto read = [](std::string_view bytes) -> Error {
    try {
      decode_placement(bytes);
    } catch (const database::Failure& failed) {
      return failed.error();
    }
    return {};
  };
  CHECK(read("rubbish").kind == ErrorKind::corrupt);
  CHECK(read("rubbish").text == "the database holds a damaged record: placement");
}
