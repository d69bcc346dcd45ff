// Who tried to log in.
#include "admin/families.h"
#include "admin/find.h"
#include "json/writer.h"
#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace mox::admin {

namespace {

constexpr std::size_t usual_limit = 100;
constexpr std::size_t highest_limit = 100'000;
constexpr store::AccountId nobody{0};

struct Row {
  std::string account; // empty: nobody's
  store::LoginAttempt attempt;
};

Result<std::size_t> limit_of(std::string_view words) {
  if (words.empty()) return usual_limit;
  const auto limit = text::parse_number<std::size_t>(words);
  if (limit && *limit >= 1 && *limit <= highest_limit) return *limit;
  return failure(ErrorKind::invalid,
                 fmt::format("--limit {:?} is not a number from 1 to {}", words, highest_limit));
}

void add_rows(std::vector<Row>& rows, const store::Snapshot& snapshot, store::AccountId account,
              const std::string& name, std::size_t limit) {
  for (auto& attempt : snapshot.login_attempts(account, limit))
    rows.push_back({.account = name, .attempt = std::move(attempt)});
}

std::vector<Row> rows_of_all(const Place& place, std::size_t limit) {
  std::vector<Row> rows;
  const auto snapshot = place.store.read();
  add_rows(rows, snapshot, nobody, {}, limit);
  for (const auto& account : snapshot.accounts())
    add_rows(rows, snapshot, account.id, account.name, limit);
  std::ranges::sort(rows, std::greater(), [](const Row& row) { return row.attempt.last; });
  if (rows.size() > limit) rows.resize(limit);
  return rows;
}

std::string time_of(std::int64_t time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(time)));
}

std::string key_of(const store::LoginAttempt& attempt) {
  return text::base64url_encode(attempt.client_key);
}

std::string shown(std::string_view text) {
  return std::string(text.empty() ? "-" : text);
}

std::string as_text(const std::vector<Row>& rows) {
  std::string text = "first\tlast\tcount\taccount\taddress\tresult\tprotocol\tmechanism\tfrom\tto\t"
                     "TLS\tkey\tprogram\n";
  for (const auto& [account, one] : rows)
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", time_of(one.first),
                        time_of(one.last), one.count, shown(account), shown(one.login), one.result,
                        one.protocol, one.mechanism, one.remote, one.local, shown(one.tls),
                        shown(key_of(one)), shown(one.program));
  return text;
}

std::string as_json(const std::vector<Row>& rows) {
  json::Writer writer;
  writer.array();
  for (const auto& [account, one] : rows) {
    writer.object().member("first", one.first);
    writer.member("last", one.last);
    writer.member("count", one.count);
    writer.member("account", account);
    writer.member("address", one.login);
    writer.member("result", one.result);
    writer.member("protocol", one.protocol);
    writer.member("mechanism", one.mechanism);
    writer.member("remote", one.remote);
    writer.member("local", one.local);
    writer.member("tls", one.tls);
    writer.member("key", key_of(one));
    writer.member("program", one.program).end();
  }
  writer.end();
  return std::move(writer).text() + "\n";
}

} // namespace

Result<std::string> account_logins(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(limit, limit_of(given.value("--limit")));
  std::vector<Row> rows;
  if (given.count() == 0) {
    rows = rows_of_all(place, limit);
  } else {
    MOX_TRY_ASSIGN(account, find_account(place, given[0]));
    add_rows(rows, place.store.read(), account.id, account.name, limit);
  }
  return given.given("--json") ? as_json(rows) : as_text(rows);
}

} // namespace mox::admin
