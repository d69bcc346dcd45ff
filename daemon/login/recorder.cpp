#include "login/recorder.h"

#include "store/store.h"
#include "text/utf8.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace mox::login {

namespace {

constexpr std::size_t rows_a_slice = 200;

// For a terminal, whatever a client says.
std::string cleaned(std::string_view text) {
  auto clean = text::repair_utf8(text::cut_utf8(text, Recorder::longest_text));
  std::ranges::replace_if(clean, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return std::string(text::cut_utf8(clean, Recorder::longest_text));
}

void clean(store::LoginAttempt& attempt) {
  for (auto* text : {&attempt.login, &attempt.remote, &attempt.local, &attempt.tls,
                     &attempt.protocol, &attempt.program, &attempt.mechanism, &attempt.result})
    *text = cleaned(*text);
}

} // namespace

Recorder::Recorder(store::Store& store) : store_(store), thread_([this] { loop(); }) {}

Recorder::~Recorder() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Recorder::on_failure(std::function<void(const Error&)> tell) {
  const std::scoped_lock lock(mutex_);
  tell_ = std::move(tell);
}

// Texts have no control characters, so that nothing can be two things.
std::string Recorder::key_of(const Row& row) {
  const auto& attempt = row.attempt;
  auto key = std::to_string(static_cast<std::uint32_t>(row.account));
  for (const auto* text :
       {&attempt.login, &attempt.remote, &attempt.local, &attempt.tls, &attempt.protocol,
        &attempt.program, &attempt.mechanism, &attempt.result, &attempt.client_key})
    key.append("\n").append(*text);
  return key;
}

bool Recorder::put(std::string key, Row row) {
  auto& rows = gathered_.rows;
  const auto found = rows.find(key);
  if (found == rows.end()) {
    if (rows.size() >= most_gathered) return false;
    rows.emplace(std::move(key), std::move(row));
    return true;
  }
  auto& known = found->second.attempt;
  known.first = std::min(known.first, row.attempt.first);
  known.last = std::max(known.last, row.attempt.last);
  known.count += row.attempt.count;
  return true;
}

std::uint64_t Recorder::add(store::AccountId account, store::LoginAttempt attempt) {
  clean(attempt);
  Row row{.account = account, .attempt = std::move(attempt)};
  auto key = key_of(row);
  bool wake = false;
  std::uint64_t number = 0;
  {
    const std::scoped_lock lock(mutex_);
    const auto before = gathered_.rows.size();
    if (!put(key, std::move(row))) return 0;
    const auto now = gathered_.rows.size();
    wake = now != before && (now == 1 || now == enough_gathered);
    number = ++last_;
    if (gathered_.attempts.size() < most_gathered)
      gathered_.attempts.emplace(number, std::move(key));
  }
  if (wake) wake_.notify_one();
  return number;
}

void Recorder::name_program(std::uint64_t attempt, std::string_view program) {
  const std::scoped_lock lock(mutex_);
  const auto named = gathered_.attempts.extract(attempt);
  if (named.empty()) return;
  const auto found = gathered_.rows.find(named.mapped());
  if (found == gathered_.rows.end()) return;
  auto row = found->second;
  row.attempt.count = 1;
  row.attempt.program = cleaned(program);
  if (--found->second.attempt.count == 0) gathered_.rows.erase(found);
  auto key = key_of(row);
  static_cast<void>(put(std::move(key), std::move(row)));
}

void Recorder::loop() {
  for (bool more = true; more;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !gathered_.rows.empty(); });
      wake_.wait_for(lock, gathering,
                     [&] { return stopping_ || gathered_.rows.size() >= enough_gathered; });
      more = !stopping_;
    }
    write();
  }
}

void Recorder::write() {
  const std::scoped_lock one_at_a_time(writing_);
  Gathered gathered;
  {
    const std::scoped_lock lock(mutex_);
    std::swap(gathered, gathered_);
  }
  write_out(gathered);
}

void Recorder::write_out(const Gathered& gathered) {
  std::vector<const Row*> left;
  left.reserve(gathered.rows.size());
  for (const auto& [key, row] : gathered.rows) left.push_back(&row);
  while (!left.empty()) {
    const auto size = std::min(left.size(), rows_a_slice);
    const std::vector<const Row*> slice(left.end() - static_cast<std::ptrdiff_t>(size), left.end());
    left.resize(left.size() - size);
    const auto written = store_.write_slice_blocking([&](store::Txn& txn) -> Result<> {
      for (const auto* row : slice) MOX_TRY(txn.add_login_attempt(row->account, row->attempt));
      return ok();
    });
    if (written) continue;
    if (tell_) tell_(written.error());
    return; // the others would fail as well
  }
}

} // namespace mox::login
