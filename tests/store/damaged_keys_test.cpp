// Keys and names that cannot be, and a database that fails.
#include "copied_store.h"

#include <algorithm>
#include <map>

using namespace mox;
using namespace mox::store;
using namespace mox::store::test;

namespace {

// Of a name any part is a name.
bool has_numbers(Table table) {
  switch (table) {
  case Table::meta:
  case Table::account_name:
  case Table::login:
  case Table::public_key:
  case Table::login_attempts:
  case Table::login_attempt_counts:
  case Table::account:
  case Table::mailbox_name:
  case Table::subscription:
  case Table::keyword_name: return false;
  default: return true;
  }
}

// A database whose disk fails at one row.
class FailingDatabase final : public database::Database {
public:
  FailingDatabase(const database::Database& inner, std::string_view row)
      : inner_(inner), row_(row) {}

  std::unique_ptr<database::ReadTransaction> read() const override {
    return std::make_unique<Transaction>(inner_.read(), row_);
  }

  Result<> write(const std::function<Result<>(database::WriteTransaction&)>&) override {
    return failure(ErrorKind::unsupported, "read only");
  }

  std::string_view description() const override { return "failing"; }

private:
  static void fail_at(bool here) {
    if (here) throw database::Failure({ErrorKind::io, "read a page: Input/output error"});
  }

  class Cursor final : public database::Cursor {
  public:
    Cursor(std::unique_ptr<database::Cursor> inner, std::string_view row)
        : inner_(std::move(inner)), row_(row) {}

    bool seek(std::string_view key) override { return stand(inner_->seek(key)); }

    bool seek_below(std::string_view key) override { return stand(inner_->seek_below(key)); }

    bool next() override { return stand(inner_->next()); }

    bool previous() override { return stand(inner_->previous()); }

  private:
    bool stand(bool there) {
      key_ = there ? inner_->key() : std::string_view();
      value_ = there ? inner_->value() : std::string_view();
      fail_at(there && key_ == row_);
      return there;
    }

    std::unique_ptr<database::Cursor> inner_;
    std::string_view row_;
  };

  class Transaction final : public database::ReadTransaction {
  public:
    Transaction(std::unique_ptr<database::ReadTransaction> inner, std::string_view row)
        : inner_(std::move(inner)), row_(row) {}

    std::optional<std::string_view> get(std::string_view key) const override {
      fail_at(key == row_);
      return inner_->get(key);
    }

    std::unique_ptr<database::Cursor> cursor() const override {
      return std::make_unique<Cursor>(inner_->cursor(), row_);
    }

    void reset() override { inner_->reset(); }

    void renew() override { inner_->renew(); }

  private:
    std::unique_ptr<database::ReadTransaction> inner_;
    std::string_view row_;
  };

  const database::Database& inner_;
  std::string row_;
};

} // namespace

TEST_CASE("damaged keys: cut short") {
  const Wide store;
  Copied copied(store);
  std::map<Table, std::string> shortest;
  for (const auto& [key, value] : copied.rows()) {
    const auto place = shortest.try_emplace(table_of(key), key).first;
    if (key.size() < place->second.size()) place->second = key;
  }
  for (const auto& [table, key] : shortest) {
    if (!has_numbers(table)) continue;
    CAPTURE(static_cast<int>(table));
    for (auto size = key_body; size < key.size(); ++size) {
      const auto cut = key.substr(0, size);
      copied.put(cut, copied.rows().at(key));
      const auto errors = all_of(copied.proof());
      CAPTURE(size, errors);
      CHECK(errors.starts_with("damaged "));
      CHECK(errors.ends_with(" is cut short\n"));
      CHECK(std::ranges::count(errors, '\n') == 1);
      copied.change([&](Rows& rows) { rows.erase(cut); });
    }
  }
  const auto cut = std::string(Key(store.account, Table::placement).mailbox(store.inbox));
  copied.put(cut, "rubbish");
  copied.put("x", "rubbish");
  CHECK(all_of(copied.proof()) == "account: a key is too short to be of any\n"
                                  "damaged placement record: a key of mjl is cut short\n");
}

TEST_CASE("damaged keys: names that are none") {
  const Wide store;
  Copied copied(store);
  const auto keyword = Key(store.account, Table::keyword).u16(5);
  copied.put(keyword, "\x1b[2J\n\xff\xc3\xa9");
  CHECK(all_of(copied.proof()) == "keyword: \\x1b[2J\\x0a\\xff\xc3\xa9 of mjl has no number\n");
  copied.put(keyword, std::string(600, 'k'));
  CHECK(all_of(copied.proof()).ends_with("k of mjl has no number\n"));
  copied.put(keyword, copied.rows().at(std::string(keyword)));

  const auto key = std::string(Key(store.account, Table::mailbox).mailbox(store.to));
  auto record = decode_mailbox(copied.rows().at(key));
  record.mailbox.name = std::string(300, 'a') + "/" + std::string(300, 'b');
  copied.put(key, encode(record));
  const auto errors = all_of(copied.proof());
  CHECK(errors.find("b is not found by its name\n") != std::string::npos);
  CHECK(errors.find("b has no parent\n") != std::string::npos);
}

TEST_CASE("damaged database: where it fails, the proof ends with its error") {
  const Wide store;
  Copied copied(store);
  copied.put(store.placement(3), "rubbish");
  for (const auto& [key, value] : copied.rows()) {
    if (table_of(key) == Table::subscription) continue; // names that need nothing
    CAPTURE(static_cast<int>(table_of(key)), key.substr(key_body));
    const FailingDatabase failing(copied.database(), key);
    try {
      (void)prove(failing, copied.segments());
      FAIL_CHECK("it went on");
    } catch (const database::Failure& failed) {
      CHECK(failed.error().kind == ErrorKind::io);
      CHECK(failed.error().text == "read a page: Input/output error");
    }
  }
}
