// Each kind of damage is found, and named.
#include "full_store.h"

#include <fstream>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

struct Damage {
  const char* name;
  std::function<void(Full&, Rows&)> make;
  const char* found; // part of an error
};

template <class Decode, class Change>
void edit(Rows& rows, std::string_view key, Decode decode, Change change) {
  auto record = decode(*rows.get(key));
  change(record);
  const auto bytes = encode(record);
  rows.put(key, {bytes.data(), bytes.size()});
}

// Erases the first row of a table.
void drop_first(Rows& rows, std::string_view prefix) {
  auto cursor = rows.write_cursor();
  REQUIRE(cursor->seek(prefix));
  REQUIRE(cursor->key().starts_with(prefix));
  cursor->erase();
}

Key table(const Full& full, Table which) {
  return {full.account, which};
}

const Damage damages[] = {
    {"a placement is gone", [](Full& f, Rows& r) { REQUIRE(r.erase(f.placement(3))); },
     "counts: Inbox of mjl says 4 messages"},
    {"a placement is gone, its content stays",
     [](Full& f, Rows& r) { REQUIRE(r.erase(f.placement(3))); },
     "content: message 3 of mjl has 0 references"},
    {"a placement has other flags",
     [](Full& f, Rows& r) {
       edit(r, f.placement(3), decode_placement, [](auto& p) { p.flags = flag_seen; });
     },
     "counts: Inbox"},
    {"a placement has another size",
     [](Full& f, Rows& r) { edit(r, f.placement(3), decode_placement, [](auto& p) { ++p.size; }); },
     "bytes, its placement says"},
    {"a placement of another message",
     [](Full& f, Rows& r) {
       edit(r, f.placement(3), decode_placement, [](auto& p) { p.message = MessageId{77}; });
     },
     "message 77 of mjl is placed but has no content"},
    {"a modseq of the future",
     [](Full& f, Rows& r) {
       edit(r, f.placement(3), decode_placement, [](auto& p) { p.modseq = 999; });
     },
     "has modseq 999 above"},
    {"a modseq that no row tells of",
     [](Full& f, Rows& r) {
       edit(r, f.placement(3), decode_placement, [](auto& p) { --p.modseq; });
     },
     "log: UID 3 in Inbox of mjl changed at modseq"},
    {"a UID at UIDNEXT",
     [](Full& f, Rows& r) {
       const std::string row(*r.get(f.placement(3)));
       r.erase(f.placement(3));
       r.put(f.placement(6), row);
     },
     "UID 6 in Inbox of mjl is not below UIDNEXT 6"},
    {"a placement in no mailbox",
     [](Full& f, Rows& r) {
       r.put(Key(f.account, Table::placement).mailbox(MailboxId{50}).u32(1),
             *r.get(f.placement(3)));
     },
     "is in mailbox 50, which does not exist"},
    {"keywords are gone",
     [](Full& f, Rows& r) {
       r.erase(Key(f.account, Table::more_keywords).mailbox(f.inbox).u32(1));
     },
     "UID 1 in mailbox 1 of mjl has lost keywords"},
    {"keywords of nothing",
     [](Full& f, Rows& r) {
       r.put(Key(f.account, Table::more_keywords).mailbox(f.inbox).u32(40), encode_numbers({64}));
     },
     "keyword: a row of mailbox 1 of mjl belongs to nothing"},
    {"a keyword is gone", [](Full& f, Rows& r) { r.erase(Key(f.account, Table::keyword).u16(5)); },
     "keyword: numbers of mjl have a gap at 6"},
    {"a keyword's name is gone",
     [](Full& f, Rows& r) { r.erase(name_key(f.account, Table::keyword_name, "k5")); },
     "keyword: k5 of mjl has no number"},
    {"wrong counts",
     [](Full& f, Rows& r) {
       edit(r, Key(f.account, Table::mailbox).mailbox(f.inbox), decode_mailbox,
            [](auto& m) { ++m.mailbox.counts.unseen; });
     },
     "counts: Inbox"},
    {"a mailbox without its name",
     [](Full& f, Rows& r) { r.erase(name_key(f.account, Table::mailbox_name, "to")); },
     "mailbox: mjl to is not found by its name"},
    {"a name without its mailbox",
     [](Full& f, Rows& r) { r.put(name_key(f.account, Table::mailbox_name, "x"), encode_u32(40)); },
     "mailbox: the name mjl x has no mailbox"},
    {"a UIDVALIDITY twice",
     [](Full& f, Rows& r) {
       const auto inbox = decode_mailbox(*r.get(Key(f.account, Table::mailbox).mailbox(f.inbox)));
       edit(r, Key(f.account, Table::mailbox).mailbox(f.to), decode_mailbox,
            [&](auto& m) { m.mailbox.uidvalidity = inbox.mailbox.uidvalidity; });
     },
     "the UIDVALIDITY of mjl to is too high or not its own"},
    {"a special use twice",
     [](Full& f, Rows& r) {
       for (const auto id : {f.inbox, f.to}) {
         edit(r, Key(f.account, Table::mailbox).mailbox(id), decode_mailbox,
              [](auto& m) { m.mailbox.special_use = 4; });
       }
     },
     "mailbox: mjl to shares a special use"},
    {"staged rows that nobody knows",
     [](Full& f, Rows& r) {
       edit(r, Key(f.account, Table::mailbox).mailbox(f.to), decode_mailbox,
            [](auto& m) { m.staged_from = 90; });
     },
     "mailbox: mjl to and its staged rows do not agree"},
    {"wrong use of the quota",
     [](Full& f, Rows& r) {
       edit(r, table(f, Table::account), decode_account, [](auto& a) { ++a.used; });
     },
     "quota: mjl uses"},
    {"an id that will be given again",
     [](Full& f, Rows& r) {
       edit(r, table(f, Table::account), decode_account, [](auto& a) { a.next_message = 3; });
     },
     "content: message id 3 is too high"},
    {"an account without its record", [](Full& f, Rows& r) { r.erase(table(f, Table::account)); },
     "account: mjl has no record"},
    {"rows of no account",
     [](Full&, Rows& r) { r.put(Key(AccountId{9}, Table::mailbox).u32(1), "x"); },
     "account: 9 has rows but does not exist"},
    {"a login of no account",
     [](Full&, Rows& r) { r.put(name_key(no_account, Table::login, "x@y"), encode_u32(9)); },
     "login: x@y is of no account"},
    {"a content is gone", [](Full& f, Rows& r) { r.erase(f.content(3)); },
     "content: message 3 of mjl is placed but has no content"},
    {"a content's references",
     [](Full& f, Rows& r) {
       edit(r, f.content(1), decode_content, [](auto& c) { c.content.references = 1; });
     },
     "content: message 1 of mjl has 2 references, its record says 1"},
    {"a content's size",
     [](Full& f, Rows& r) {
       edit(r, f.content(3), decode_content, [](auto& c) { ++c.content.size; });
     },
     "content: message 3 of mjl is not as large as its parts"},
    {"a content's thread",
     [](Full& f, Rows& r) {
       edit(r, f.content(2), decode_content, [](auto& c) { c.content.thread = ThreadId{2}; });
     },
     "thread: message 2 of mjl is not found by its own"},
    {"a content's placing",
     [](Full& f, Rows& r) {
       const auto other = decode_content(*r.get(f.content(2))).placing;
       edit(r, f.content(3), decode_content, [&](auto& c) { c.placing = other; });
     },
     "bytes: message 3 of mjl has the placing of another one"},
    {"a rendering is gone",
     [](Full& f, Rows& r) { r.erase(Key(f.account, Table::rendering).u64(3)); },
     "content: message 3 of mjl has no rendering or no blob"},
    {"a rendering of nothing",
     [](Full& f, Rows& r) {
       r.put(Key(f.account, Table::rendering).u64(70),
             *r.get(Key(f.account, Table::rendering).u64(3)));
     },
     "rendering: message 70 of mjl has no content"},
    {"a rendering's prefix",
     [](Full& f, Rows& r) {
       r.put(Key(f.account, Table::rendering).u64(3), std::string_view("\x01\0\0\0\0\0", 6));
     },
     "content: message 3 of mjl is not as large as its parts"},
    {"a row of a thread is gone", [](Full& f, Rows& r) { drop_first(r, table(f, Table::thread)); },
     "thread: message"},
    {"a Message-ID is gone", [](Full& f, Rows& r) { drop_first(r, table(f, Table::message_id)); },
     "message-id: message"},
    {"a subject is gone", [](Full& f, Rows& r) { drop_first(r, table(f, Table::subject)); },
     "is not found by its own"},
    {"a sender is gone", [](Full& f, Rows& r) { drop_first(r, table(f, Table::sender)); },
     "sender: message"},
    {"a sender of nothing",
     [](Full& f, Rows& r) { r.put(Key(f.account, Table::sender).u64(5).u64(70), {}); },
     "sender: rows of mjl belong to no message"},
    {"a message no longer waits for its rows",
     [](Full& f, Rows& r) {
       edit(r, Key(f.account, Table::account), decode_account,
            [](AccountRecord& account) { account.indexed = 6; });
     },
     "message-id: message 5 of mjl is not found by its own"},
    {"messages that did not come yet have their rows",
     [](Full& f, Rows& r) {
       edit(r, Key(f.account, Table::account), decode_account,
            [](AccountRecord& account) { account.indexed = 7; });
     },
     "account: mjl has rows in the indexes up to message 6, but 5 came"},
    {"a waiting message's subject is another",
     [](Full& f, Rows& r) { r.put(Key(f.account, Table::subject).u64(7).u64(5), {}); },
     "subject: rows of mjl belong to no message"},
    {"a row of the log is gone",
     [](Full& f, Rows& r) { drop_first(r, Key(f.account, Table::change).u64(3)); },
     "log: UID 1 in Inbox of mjl changed at modseq 3"},
    {"the log's row of an expunge is gone",
     [](Full& f, Rows& r) {
       drop_first(r, Key(f.account, Table::change).u64(f.expunged_at).u8(3));
     },
     "log: UID 4 left mailbox 1 of mjl"},
    {"a log row of the future",
     [](Full& f, Rows& r) {
       r.put(Key(f.account, Table::change).u64(900).u8(1).u32(1).u32(1), encode(ChangeRecord{}));
     },
     "log: mjl has a row at modseq 900, outside its log"},
    {"an expunged row's date is gone",
     [](Full&, Rows& r) { drop_first(r, Key(no_account, Table::erasure)); },
     "expunged: UID 4 in mailbox 1 of mjl would never be deleted"},
    {"an expunged row is gone", [](Full& f, Rows& r) { drop_first(r, table(f, Table::expunged)); },
     "content: message 4 of mjl has 0 references"},
    {"expunged and there", [](Full& f, Rows& r) { r.put(f.placement(4), *r.get(f.placement(3))); },
     "expunged: UID 4 in mailbox 1 of mjl is there as well"},
    {"a blob's row is gone", [](Full&, Rows& r) { r.erase(Key(no_account, Table::blob).u64(3)); },
     "content: message 3 of mjl has no rendering or no blob"},
    {"a blob's references",
     [](Full&, Rows& r) {
       edit(r, Key(no_account, Table::blob).u64(3), decode_blob, [](auto& b) { ++b.references; });
     },
     "blob: 3 has 1 references, its record says 2"},
    {"a blob in the wrong place",
     [](Full&, Rows& r) {
       const auto other = decode_blob(*r.get(Key(no_account, Table::blob).u64(2))).location;
       edit(r, Key(no_account, Table::blob).u64(3), decode_blob,
            [&](auto& b) { b.location = other; });
     },
     "bytes: blob 3 has the bytes of another one"},
    {"a large body's row is gone",
     [](Full&, Rows& r) { drop_first(r, Key(no_account, Table::large)); },
     "blob: 5 is not found by its file"},
    {"live bytes",
     [](Full&, Rows& r) { r.put(Key(no_account, Table::segment).u32(1), encode_u64(8)); },
     "segment: 1 has"},
    {"live bytes of no segment",
     [](Full&, Rows& r) { r.erase(Key(no_account, Table::segment).u32(1)); },
     "segment: 1 has no record of its live bytes"},
    {"a login attempt is gone",
     [](Full& f, Rows& r) { drop_first(r, table(f, Table::login_attempt)); },
     "login attempt counts: mjl has "},
    {"a login attempt ended otherwise",
     [](Full& f, Rows& r) {
       edit(r, table(f, Table::login_attempt_counts), decode_login_attempt_counts,
            [](auto& counts) { counts = {.succeeded = 0, .failed = 2}; });
     },
     "mjl has 1 that succeeded and 1 that failed, and 0 and 2 are counted"},
    {"the number of login attempts",
     [](Full&, Rows& r) { r.put(Key(no_account, Table::login_attempts), encode_u64(5)); },
     "login attempts: there are 4, and 5 are counted"},
    {"the number of login attempts is gone",
     [](Full&, Rows& r) { r.erase(Key(no_account, Table::login_attempts)); },
     "login attempts: there are 4, and 0 are counted"},
    {"the counters' next blob",
     [](Full&, Rows& r) {
       edit(r, Key(no_account, Table::counters), decode_counters, [](auto& c) { c.next_blob = 2; });
     },
     "blob: the id 3 is too high"},
};

// Flips one bit of the first place where `text` stands in a file.
void flip(const std::filesystem::path& path, std::string_view text) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  const auto at = bytes.find(text);
  REQUIRE(at != std::string::npos);
  std::fstream out(path, std::ios::in | std::ios::out | std::ios::binary);
  out.seekp(static_cast<std::streamoff>(at));
  out.put(static_cast<char>(bytes[at] ^ 1));
}

} // namespace

TEST_CASE("verify: a clean store, open or closed") {
  Full full;
  for (int i = 0; i < 2; ++i) {
    const auto result = verify(full.options.folder);
    REQUIRE(result);
    CHECK(all_of(*result) == "");
    CHECK(result->accounts == 1);
    CHECK(result->mailboxes == 2);
    CHECK(result->messages == 6);
    CHECK(result->blobs == 5);
    CHECK(result->bytes > 300'000);
    full.store.reset();
  }
}

TEST_CASE("verify: rows that do not fit together") {
  // One store, copied for each damage, as a new one for each takes long.
  Full full;
  full.store.reset();
  const auto good = full.folder.path() / "good";
  std::filesystem::copy(full.options.folder, good, std::filesystem::copy_options::recursive);
  for (const auto& damage : damages) {
    CAPTURE(damage.name);
    std::filesystem::remove_all(full.options.folder);
    std::filesystem::copy(good, full.options.folder, std::filesystem::copy_options::recursive);
    full.tamper([&](Rows& rows) { damage.make(full, rows); });
    const auto result = verify(full.options.folder);
    REQUIRE(result);
    const auto errors = all_of(*result);
    CAPTURE(errors);
    CHECK(errors.find(damage.found) != std::string::npos);
  }
}

TEST_CASE("verify: a merge that got halfway is sound") {
  Full full;
  full.store.reset();
  full.tamper([&](Rows& rows) {
    REQUIRE(decode_account(*rows.get(Key(full.account, Table::account))).indexed == 5);
    const auto content = decode_content(*rows.get(full.content(5))).content;
    REQUIRE(content.message_id_hash != 0);
    REQUIRE(content.subject_hash != 0);
    rows.put(Key(full.account, Table::message_id).u64(content.message_id_hash).u64(5), {});
    rows.put(Key(full.account, Table::subject).u64(content.subject_hash).u64(5), {});
  });
  const auto result = verify(full.options.folder);
  REQUIRE(result);
  CHECK(all_of(*result) == "");
}

TEST_CASE("verify: damaged bytes") {
  Full full;
  full.store.reset();
  const auto blobs = full.options.folder / "blobs";
  const auto segment = blobs / "00000001.seg";

  struct Row {
    const char* name;
    std::function<void()> damage;
    const char* found;
  };

  const auto large = std::filesystem::directory_iterator(blobs / "large")->path();
  const Row rows[] = {
      {"in a body", [&] { flip(segment, "Subject: third"); }, "bytes: blob 3: "},
      {"in a placing record", [&] { flip(segment, "Delivered-To"); },
       "bytes: placing of message 1 of mjl: "},
      {"in a large body", [&] { flip(large, "xxxxxxxx"); }, "bytes: blob 5: "},
      {"of a large body that is cut", [&] { std::filesystem::resize_file(large, 1000); },
       "bytes: blob 5: "},
      {"of a large body that is gone", [&] { std::filesystem::remove(large); }, "bytes: blob 5: "},
      {"of a segment that is gone", [&] { std::filesystem::remove(segment); }, "bytes: blob 1: "},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    row.damage();
    const auto result = verify(full.options.folder);
    REQUIRE(result);
    const auto errors = all_of(*result);
    CAPTURE(errors);
    CHECK(errors.find(row.found) != std::string::npos);
  }
}

TEST_CASE("verify: many errors of a kind are counted") {
  World world;
  world.fill(world.inbox, 30);
  world.tamper([&](Rows& rows) {
    for (std::uint64_t id = 1; id <= 30; ++id)
      rows.erase(Key(world.account, Table::rendering).u64(id));
  });
  const auto result = verify(world.options.folder);
  REQUIRE(result);
  CHECK(result->errors.size() == 21);
  CHECK(result->errors.back() == "content: 10 more like these");
}
