// The records byte by byte, as FORMAT.md has them.
#include "database/database.h"
#include "store/format.h"
#include "store/keyed_hash.h"
#include "support/catch.h"

#include <fmt/format.h>

#include <functional>

using namespace mox;
using namespace mox::store;

namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

template <std::size_t Size> std::string_view view(const std::array<char, Size>& bytes) {
  return {bytes.data(), bytes.size()};
}

PlacementRecord placement() {
  return {.more_keywords = true,
          .flags = 0x0201,
          .size = 0x04030201,
          .modseq = 0x060504030201,
          .message = MessageId{0x161514131211},
          .saved = 0x24232221,
          .keywords = 0x3837363534333231};
}

bool is_corrupt(const std::function<void()>& decode) {
  try {
    decode();
  } catch (const database::Failure& failure) {
    return failure.error().kind == ErrorKind::corrupt;
  }
  return false;
}

} // namespace

TEST_CASE("records: keys are big-endian, account and table first") {
  CHECK(hex(Key(AccountId{1}, Table::placement).mailbox(MailboxId{2}).u32(3)) == "0000000120"
                                                                                 "00000002"
                                                                                 "00000003");
  CHECK(hex(Key(AccountId{0x01020304}, Table::content).message(MessageId{0x0102030405060708})) ==
        "0102030428"
        "0102030405060708");
  CHECK(hex(name_key(no_account, Table::login, "a@b")) == "0000000002614062");
  const Key key(Key(AccountId{7}, Table::change).u64(0x1122334455667788).u8(3).u32(9));
  CHECK(key_u64(key, key_body) == 0x1122334455667788);
  CHECK(key_u32(key, key_body + 9) == 9);
  CHECK(in_table(key, AccountId{7}, Table::change));
  CHECK_FALSE(in_table(key, AccountId{8}, Table::change));
  CHECK(is_corrupt([&] { key_u64(key, key_body + 6); }));
  CHECK_THROWS_AS(name_key(no_account, Table::login, std::string(507, 'n')), std::logic_error);
}

TEST_CASE("records: placement and expunged") {
  const auto bytes = encode(placement());
  CHECK(hex(view(bytes)) == "01"
                            "01"
                            "0102"
                            "01020304"
                            "010203040506"
                            "111213141516"
                            "21222324"
                            "3132333435363738");
  const auto back = decode_placement(view(bytes));
  CHECK(back.more_keywords);
  CHECK(back.flags == 0x0201);
  CHECK(back.size == 0x04030201);
  CHECK(back.modseq == 0x060504030201);
  CHECK(back.message == MessageId{0x161514131211});
  CHECK(back.saved == 0x24232221);
  CHECK(back.keywords == 0x3837363534333231);
  const auto expunged = encode(ExpungedRecord{placement(), 0x44434241});
  CHECK(hex(view(expunged)) == hex(view(bytes)) + "41424344");
  CHECK(decode_expunged(view(expunged)).removed == 0x44434241);
}

TEST_CASE("records: content") {
  ContentRecord record;
  record.content = {.blob = BlobId{0x060504030201},
                    .thread = ThreadId{0x161514131211},
                    .size = 0x262524232221,
                    .references = 0x34333231,
                    .received = -2,
                    .received_zone = -330,
                    .message_id_hash = 0x4847464544434241,
                    .subject_hash = 0x5857565554535251};
  record.sender_hash = 0x6867666564636261;
  record.mailbox = MailboxId{0x74737271};
  record.placing = {.segment = 0x04030201, .offset = 0x14131211, .length = 0x24232221};
  const auto bytes = encode(record);
  CHECK(hex(view(bytes)) == "01"
                            "00"
                            "b6fe"
                            "31323334"
                            "010203040506"
                            "111213141516"
                            "212223242526"
                            "feffffffffff"
                            "4142434445464748"
                            "5152535455565758"
                            "6162636465666768"
                            "71727374"
                            "010203041112131421222324");
  const auto back = decode_content(view(bytes));
  CHECK(back.content.received == -2);
  CHECK(back.content.received_zone == -330);
  CHECK(back.content.references == 0x34333231);
  CHECK(back.content.size == 0x262524232221);
  CHECK(back.placing == record.placing);
  CHECK(back.mailbox == record.mailbox);
  CHECK(encode(back) == bytes);
}

TEST_CASE("records: rendering") {
  const std::string longer(200, 'e');
  const Rendering rendering{"p", longer, "", "pre", std::string_view("\0s", 2)};
  std::string bytes(rendering_size(rendering), '\0');
  encode_rendering(rendering, bytes);
  CHECK(hex(bytes) == "01"
                      "01"
                      "c801"
                      "00"
                      "03"
                      "02"
                      "70" +
                          hex(longer) +
                          "707265"
                          "0073");
  const auto back = decode_rendering(bytes);
  CHECK(back.prefix == "p");
  CHECK(back.envelope == longer);
  CHECK(back.bodystructure.empty());
  CHECK(back.preview == "pre");
  CHECK(back.structure == std::string_view("\0s", 2));
  // A sum of lengths that is not what follows; a length that never ends.
  CHECK(is_corrupt([&] { decode_rendering(bytes + "x"); }));
  CHECK(is_corrupt([&] { decode_rendering("\x01\xff\xff\xff\xff\xff\xff\x01"); }));
}

TEST_CASE("records: those of varying size") {
  AccountRecord account{.quota = 1,
                        .used = 2,
                        .modseq = 3,
                        .log_floor = 4,
                        .next_message = 5,
                        .indexed = 6,
                        .next_mailbox = 7,
                        .next_uidvalidity = 8,
                        .next_credential = 9,
                        .keywords = 10,
                        .name = "mjl"};
  CHECK(hex(encode(account)) == "01"
                                "0100000000000000"
                                "0200000000000000"
                                "0300000000000000"
                                "0400000000000000"
                                "0500000000000000"
                                "0600000000000000"
                                "07000000"
                                "08000000"
                                "09000000"
                                "0a00"
                                "6d6a6c");
  CHECK(encode(decode_account(encode(account))) == encode(account));

  MailboxRecord mailbox;
  mailbox.mailbox = {.name = "Inbox",
                     .uidvalidity = 1,
                     .uidnext = 2,
                     .created = 3,
                     .modseq = 4,
                     .floor = 5,
                     .special_use = 16,
                     .owner = AccountId{6},
                     .rights = "lr",
                     .counts = {1, 2, 3, 4, 5},
                     .keywords = {1, 300}};
  mailbox.staged_from = 9;
  CHECK(hex(encode(mailbox)) == "01"
                                "10"
                                "01000000"
                                "02000000"
                                "0300000000000000"
                                "0400000000000000"
                                "0500000000000000"
                                "09000000"
                                "06000000"
                                "0100000000000000"
                                "0200000000000000"
                                "0300000000000000"
                                "0400000000000000"
                                "0500000000000000"
                                "05000000496e626f78"
                                "020000006c72"
                                "0101002c01");
  CHECK(encode(decode_mailbox(encode(mailbox))) == encode(mailbox));

  const Credential credential{.kind = CredentialKind::password,
                              .name = "n",
                              .scope = "s",
                              .secret = "v",
                              .created = 1,
                              .expires = 3,
                              .last_used = 4,
                              .version = 2,
                              .login = "l",
                              .certificate = "c",
                              .no_preauth = true};
  CHECK(hex(encode(credential)) == "0101020000000100000000000000"
                                   "03000000000000000400000000000000"
                                   "01"
                                   "010000006e"
                                   "0100000073"
                                   "0100000076"
                                   "010000006c"
                                   "0100000063");
  CHECK(encode(decode_credential(encode(credential))) == encode(credential));

  const LoginAttempt attempt{.first = 1,
                             .last = 2,
                             .count = 3,
                             .login = "l",
                             .remote = "r",
                             .local = "o",
                             .tls = "t",
                             .client_key = "k",
                             .protocol = "p",
                             .program = "g",
                             .mechanism = "m",
                             .result = "ok"};
  CHECK(hex(encode(attempt)) == "01"
                                "0100000000000000"
                                "0200000000000000"
                                "0300000000000000"
                                "010000006c"
                                "0100000072"
                                "010000006f"
                                "0100000074"
                                "010000006b"
                                "0100000070"
                                "0100000067"
                                "010000006d"
                                "020000006f6b");
  CHECK(encode(decode_login_attempt(encode(attempt))) == encode(attempt));
  const LoginAttemptCounts counts{.succeeded = 1, .failed = 2};
  CHECK(hex(encode(counts)) == "010100000002000000");
  CHECK(encode(decode_login_attempt_counts(encode(counts))) == encode(counts));

  const BlobRecord small{.location = {1, 2, 3}, .note = {}, .references = 4};
  CHECK(hex(encode(small)) == "0101000000020000000300000004000000");
  CHECK(decode_blob(encode(small)).location == small.location);
  const BlobRecord large{.location = bloblog::Location::large(0x1122334455667788, 5),
                         .note = {1, 2, 3},
                         .references = 4};
  CHECK(hex(encode(large)) == "01443322918877665505000000"
                              "04000000"
                              "010000000200000003000000");
  CHECK(decode_blob(encode(large)).note == large.note);

  CHECK(hex(encode(ChangeRecord{.last = 2, .time = 3, .name = "n"})) == "0102000000030000006e");
  CHECK(hex(encode(ErasureRecord{.last = 2, .whole_mailbox = true})) == "010200000001");
  CHECK(hex(encode(CounterRecord{.next_blob = 1, .next_account = 2, .tail = {3, 4}})) ==
        "010100000000000000020000000300000004000000");
  CHECK(hex(encode(FormatRecord{.version = 1, .hash_key = {2, 3}})) == "01"
                                                                       "090000006d6f782073746f7265"
                                                                       "0100"
                                                                       "0200000000000000"
                                                                       "0300000000000000");
  StagingRecord staging;
  staging.first = 1;
  staging.next = 2;
  staging.modseq = 3;
  staging.counts = {1, 2, 3, 4, 5};
  staging.keywords = {7};
  CHECK(hex(encode(staging)) == "0101000000020000000300000000000000"
                                "0100000000000000"
                                "0200000000000000"
                                "0300000000000000"
                                "0400000000000000"
                                "0500000000000000"
                                "010700");
  CHECK(encode(decode_staging(encode(staging))) == encode(staging));
  CHECK(hex(encode_u32(0x04030201)) == "0101020304");
  CHECK(hex(encode_u64(1)) == "010100000000000000");
  CHECK(decode_u32(encode_u32(7)) == 7);
  CHECK(decode_u64(encode_u64(7)) == 7);
}

TEST_CASE("records: cut, lengthened or of another version, they are damage") {
  struct Row {
    const char* name;
    std::string bytes;
    std::function<void(std::string_view)> decode;
    bool open_end; // ends in text or numbers
  };

  Rendering rendering{"p", "e", "b", "v", "s"};
  std::string rendered(rendering_size(rendering), '\0');
  encode_rendering(rendering, rendered);
  const auto text = [](const auto& bytes) { return std::string(bytes.begin(), bytes.end()); };
  const Row rows[] = {
      {"placement", text(encode(placement())), [](auto b) { decode_placement(b); }, false},
      {"expunged", text(encode(ExpungedRecord{})), [](auto b) { decode_expunged(b); }, false},
      {"content", text(encode(ContentRecord{})), [](auto b) { decode_content(b); }, false},
      {"rendering", rendered, [](auto b) { decode_rendering(b); }, false},
      {"account", encode(AccountRecord{}), [](auto b) { decode_account(b); }, true},
      {"mailbox", encode(MailboxRecord{}), [](auto b) { decode_mailbox(b); }, false},
      {"credential", encode(Credential{}), [](auto b) { decode_credential(b); }, false},
      {"login attempt", encode(LoginAttempt{}), [](auto b) { decode_login_attempt(b); }, false},
      {"login attempt counts", encode(LoginAttemptCounts{}),
       [](auto b) { decode_login_attempt_counts(b); }, false},
      {"blob", encode(BlobRecord{}), [](auto b) { decode_blob(b); }, false},
      {"change", encode(ChangeRecord{}), [](auto b) { decode_change(b); }, true},
      {"erasure", encode(ErasureRecord{}), [](auto b) { decode_erasure(b); }, false},
      {"staging", encode(StagingRecord{}), [](auto b) { decode_staging(b); }, false},
      {"counters", encode(CounterRecord{}), [](auto b) { decode_counters(b); }, false},
      {"number", encode_u32(1), [](auto b) { decode_u32(b); }, false},
      {"long number", encode_u64(1), [](auto b) { decode_u64(b); }, false},
      {"numbers", encode_numbers({1, 2}), [](auto b) { decode_numbers(b); }, true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    row.decode(row.bytes);
    for (std::size_t size = 0; size < row.bytes.size(); ++size) {
      CAPTURE(size);
      const bool whole_numbers = std::string_view(row.name) == "numbers" && size % 2 == 1;
      if (!whole_numbers) CHECK(is_corrupt([&] { row.decode(row.bytes.substr(0, size)); }));
    }
    if (!row.open_end) CHECK(is_corrupt([&] { row.decode(row.bytes + "x"); }));
    auto newer = row.bytes;
    newer[0] = 2;
    CHECK(is_corrupt([&] { row.decode(newer); }));
  }
}

TEST_CASE("records: the format stamp is read by every version") {
  const FormatRecord record{.version = format_version, .hash_key = {5, 6}};
  const auto back = decode_format(encode(record));
  REQUIRE(back);
  CHECK(back->hash_key == record.hash_key);
  CHECK(decode_format(encode(FormatRecord{.version = 9, .hash_key = {}}) + "more")->version == 9);
  CHECK_FALSE(decode_format(""));
  CHECK_FALSE(decode_format("\x01"));
  CHECK_FALSE(decode_format("something else"));
}

TEST_CASE("keyed hash: SipHash-2-4 with the key of its authors' test vectors") {
  // Key 00 01 ... 0f; messages are the first n bytes 00 01 02 ...
  const HashKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string text;
  for (int i = 0; i < 15; ++i) text.push_back(static_cast<char>(i));
  CHECK(keyed_hash(key, "") == 0x726fdb47dd0e0e31);
  CHECK(keyed_hash(key, std::string_view(text).substr(0, 8)) == 0x93f5f5799a932462);
  CHECK(keyed_hash(key, text) == 0xa129ca6149be45e5);
  CHECK(keyed_hash({1, 2}, text) != keyed_hash(key, text));
}
