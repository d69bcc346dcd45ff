#include "async/sleep.h"
#include "dkim/key.h"
#include "dns/zone.h"
#include "full_disk.h"
#include "sasl/password.h"
#include "smtp_world.h"
#include "store/txn.h"
#include "support/sockets.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <stdexcept>

namespace mox::smtpserver::test {

namespace {

// The cheapest that is allowed to be a verifier at all: nothing here is about its strength.
const std::string& verifier() {
  static mox::test::FakeRandom random(7);
  static const auto text =
      sasl::hash_password("correct horse", random, {.memory_kib = 8, .passes = 1, .lanes = 1})
          .value();
  return text;
}

template <class T> T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text);
  return *std::move(result);
}

void must(Result<> result) {
  if (!result) throw std::runtime_error(result.error().text);
}

net::Endpoint endpoint(std::string_view address, std::uint16_t port) {
  return {.address = net::Address::parse(address).value(), .port = port};
}

class Users final : public delivery::Directory {
public:
  Users(store::AccountId mjl, store::AccountId other) : mjl_(mjl), other_(other) {}

  delivery::Lookup find(const smtp::Path& recipient) const override {
    using enum delivery::Lookup::Kind;
    if (text::iequals(recipient.domain, "off.example")) return {.kind = disabled};
    if (text::iequals(recipient.domain, "mx.example"))
      return is_host_user(recipient.localpart) ? found_in(mjl_)
                                               : delivery::Lookup{.kind = unknown_user};
    const bool ours = recipient.domain.empty() || text::iequals(recipient.domain, "mox.example");
    if (!ours) return {.kind = unknown_domain};
    const auto name = user(recipient);
    if (text::iequals(name, "mjl") || text::iequals(name, "postmaster") || name == "müller")
      return found_in(mjl_);
    if (text::iequals(name, "other")) return found_in(other_);
    if (text::iequals(name, "ghost")) return found_in(store::AccountId{4711});
    return {.kind = unknown_user};
  }

  bool may_send_as(store::AccountId account, const smtp::Path& sender) const override {
    return account == mjl_ && sender.domain == "mox.example" && user(sender) == "mjl";
  }

private:
  static bool is_host_user(std::string_view name) { return name == "root" || name == "postmaster"; }

  static std::string_view user(const smtp::Path& path) {
    const std::string_view localpart = path.localpart;
    return localpart.substr(0, localpart.find('+'));
  }

  static delivery::Lookup found_in(store::AccountId account) {
    return {.kind = delivery::Lookup::Kind::found,
            .destinations = {{.account = account, .mailbox = "Inbox"}}};
  }

  store::AccountId mjl_;
  store::AccountId other_;
};

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto space = std::min(words.find(' '), words.size());
    if (words.substr(0, space) == word) return true;
    words.remove_prefix(std::min(space + 1, words.size()));
  }
  return false;
}

async::Task<> write_out(net::Connection connection, std::string text) {
  const auto written = co_await connection.write(text, mox::test::soon());
  static_cast<void>(written);
  connection.close();
}

localusers::Senders local_senders() {
  const auto address = [](std::string_view text) { return address::parse_address(text).value(); };
  return {dns::parse_name("mx.example").value(),
          {{"www-data", {address("shop@mox.example"), address("shop@off.example")}}}};
}

std::optional<std::string> name_of_local_user(uid_t uid) {
  if (uid == 0) return "root";
  if (uid == 33) return "www-data";
  return uid == 1000 ? std::optional<std::string>("bob") : std::nullopt;
}

std::optional<net::PeerCredentials> local_user(std::string_view words) {
  constexpr std::array<std::pair<std::string_view, uid_t>, 4> all = {
      {{"root", 0}, {"www-data", 33}, {"bob", 1000}, {"4711", 4711}}};
  for (const auto& [name, uid] : all)
    if (has_word(words, name)) return net::PeerCredentials{.uid = uid, .gid = uid, .pid = 1};
  return std::nullopt;
}

std::string_view after_number(std::string_view arguments) {
  return arguments.substr(std::min(arguments.find(' '), arguments.size()));
}

constexpr std::uint64_t small_message = 1000;
constexpr std::size_t wide = 128U << 20U;

} // namespace

struct SmtpWorld::Served {
  net::Connection connection;
  async::Event wake;
  service::Listener listener;
  Options options;
  std::uint64_t cid;

  Served(net::Connection end, service::Listener from, const Options& with, std::uint64_t id)
      : connection(std::move(end)), listener(std::move(from)), options(with), cid(id) {}
};

namespace {

constexpr std::string_view zone = "1.2.0.192.in-addr.arpa. 300 IN PTR mail.example.org.\n"
                                  "mail.example.org. 300 IN A 192.0.2.1\n"
                                  "example.org. 300 IN TXT \"v=spf1 a:mail.example.org -all\"\n"
                                  "_dmarc.example.org. 300 IN TXT \"v=DMARC1; p=reject\"\n";

// Of mox.example, with a key of its own.
class DomainKeys final : public signing::Signers {
public:
  std::vector<dkim::Signing> signings_of(const dns::Name& domain) const override {
    if (domain.ascii() != "mox.example") return {};
    return {{.domain = domain, .selector = dns::parse_name("2026a").value(), .key = key_}};
  }

private:
  dkim::PrivateKey key_ = must(dkim::make_ed25519_key());
};

} // namespace

SmtpWorld::SmtpWorld(mox::test::Loop& loop, bool trickle)
    : loop_(loop), trickle_(trickle), log_(2, log::Format::logfmt, log::Level::error),
      limits_(clock_), received_ids_({1, 2, 3}),
      local_users_(clock_, local_senders(), name_of_local_user), pool_(2), hub_({loop.executor()}),
      names_(dns::parse_zone(zone).value()),
      means_(names_, loop.executor(), suffixes_, metrics_, clock_, random_),
      gate_(loop.executor(), [this](const std::exception_ptr& left) { exception_ = left; }) {
  open_store();
  const auto mjl = make_account("mjl", verifier());
  const auto other = make_account("other", "$not a verifier");
  directory_ = std::make_unique<Users>(mjl, other);
  signers_ = std::make_unique<DomainKeys>();
}

SmtpWorld::~SmtpWorld() {
  let_disk_be_full(false);
}

void SmtpWorld::open_store() {
  store::Options options;
  options.folder = folder_ / "store";
  options.engine = store::Engine::memory;
  store_ = must(store::Store::open(options, clock_, random_, {}));
  store_->on_change([this](std::span<const store::AccountId> all) { hub_.notify(all); });
  users_ = std::make_unique<login::StoreUsers>(*store_);
  logins_ = std::make_unique<login::Logins>(*store_, *users_, pool_, limits_, metrics_, clock_,
                                            random_, std::string(32, 'k'));
  parts_ = std::unique_ptr<service::Parts>(new service::Parts{.store = *store_,
                                                              .pool = pool_,
                                                              .logins = *logins_,
                                                              .limits = limits_,
                                                              .metrics = metrics_,
                                                              .log = log_,
                                                              .clock = clock_,
                                                              .random = random_,
                                                              .stopping = stopping_});
}

store::AccountId SmtpWorld::make_account(const char* name, const std::string& password) {
  auto make = [name, &password](store::Txn& txn) -> Result<store::AccountId> {
    MOX_TRY_ASSIGN(account, txn.create_account(name));
    MOX_TRY(txn.add_login(account, fmt::format("{}@mox.example", name)));
    store::Credential credential;
    credential.name = "password";
    credential.secret = password;
    MOX_TRY(txn.set_credential(account, std::move(credential)));
    MOX_TRY(txn.create_mailbox(account, "Inbox", 0));
    return account;
  };
  return must(store_->write_blocking<store::AccountId>(std::move(make)));
}

net::Connection SmtpWorld::connect(std::string_view, std::string_view arguments) {
  const auto space = std::min(arguments.find(' '), arguments.size());
  const auto rest = arguments.substr(std::min(space + 1, arguments.size()));
  if (arguments.starts_with("inbox ")) return read_out(inbox(rest));
  if (arguments.starts_with("metrics ")) return read_out(metrics_with(rest));
  return serve_one(arguments);
}

net::Connection SmtpWorld::serve_one(std::string_view words) {
  const bool immediate = has_word(words, "tls");
  const bool local = has_word(words, "local");
  const bool submission = local || has_word(words, "submission");
  service::Listener listener{.name = "smtp",
                             .hostname = "mx.example",
                             .tls = local || has_word(words, "notls") ? nullptr : &tls_.server,
                             .immediate_tls = immediate,
                             .plaintext_login = has_word(words, "plain")};
  Options options{.kind = submission ? Kind::submission : Kind::delivery,
                  .directory = *directory_,
                  .received_ids = received_ids_,
                  .spool_budget = spool_budget_,
                  .faults = has_word(words, "faults") ? &faults_ : nullptr,
                  .signers = has_word(words, "signs") ? signers_.get() : nullptr,
                  .show_login = has_word(words, "faults"),
                  .local_users = local ? &local_users_ : nullptr};
  if (has_word(words, "small")) options.max_message_size = small_message;
  auto [client, server] = net::memory_pair(
      loop_.executor(),
      {.capacity = wide,
       .address = local ? net::Endpoint() : endpoint("192.0.2.1", 40000),
       .credentials = local ? local_user(words) : std::nullopt},
      {.trickle = trickle_, .address = local ? net::Endpoint() : endpoint("192.0.2.25", 25)});
  auto& open =
      served_.emplace_back(std::move(server), std::move(listener), options, served_.size() + 1);
  gate_.spawn(serve(service::Session{.parts = *parts_,
                                     .listener = open.listener,
                                     .registry = hub_.registry(0),
                                     .connection = open.connection,
                                     .wake = open.wake,
                                     .cid = open.cid},
                    open.options, has_word(words, "looked-up") ? &means_ : nullptr));
  return std::move(client);
}

net::Connection SmtpWorld::read_out(std::string text) {
  auto [client, server] = net::memory_pair(loop_.executor(), {.capacity = wide}, {});
  gate_.spawn(write_out(std::move(server), std::move(text)));
  return std::move(client);
}

std::string SmtpWorld::inbox(std::string_view user) const {
  const auto snapshot = store_->read();
  const auto account = snapshot.find_account(user);
  if (!account) throw std::runtime_error("no such account");
  const auto mailbox = snapshot.find_mailbox(*account, "Inbox");
  auto placements = snapshot.placements(*account, mailbox->id);
  auto reader = snapshot.messages(*account);
  std::string all;
  for (auto placement = placements.seek(store::Uid{1}); placement; placement = placements.next()) {
    const auto content = reader.content(placement->message);
    const auto rendering = reader.rendering(placement->message);
    std::string bytes(content->size, '\0');
    must(store_->read_message(snapshot, *content, *rendering, 0, bytes));
    all += bytes;
  }
  return all;
}

std::string SmtpWorld::metrics_with(std::string_view part) {
  const auto text = metrics_.render();
  std::string_view rest = text;
  std::set<std::string_view> found; // the registry's order is none
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.starts_with('#') && line.contains(part) && !line.ends_with(" 0")) found.insert(line);
  }
  std::string lines;
  for (const auto line : found) lines += fmt::format("{}\r\n", line);
  return lines;
}

async::Task<bool> SmtpWorld::direct(std::string_view word, std::string_view arguments) {
  if (word == "quota") {
    const auto account = store_->read().find_account("mjl").value();
    auto set = [account, bytes = std::stoull(std::string(arguments))](store::Txn& txn) {
      return txn.set_quota(account, bytes);
    };
    auto done = co_await store_->write<void>(std::move(set));
    must(std::move(done));
    co_return true;
  }
  if (word == "full") {
    let_disk_be_full(true);
    // It looks once a second.
    while (!store_->low_space())
      co_await async::sleep_until(mox::test::in(std::chrono::milliseconds(20)));
    co_return true;
  }
  if (word == "rest") {
    co_await async::sleep_until(mox::test::in(std::chrono::milliseconds(50)));
    co_return true;
  }
  if (word == "visits") {
    co_await visits(std::stoi(std::string(arguments)), after_number(arguments));
    co_return true;
  }
  if (word == "crowd")
    for (int left = std::stoi(std::string(arguments)); left > 0; --left)
      crowd_.push_back(serve_one(after_number(arguments)));
  if (word == "errors") check_errors(arguments);
  if (word == "rule") add_rule(arguments);
  if (word == "lost") lose_large_folder();
  if (word == "hurry") clock_.hurry();
  if (word == "standstill") clock_.stand_still();
  if (word == "late") clock_.be_late();
  if (word == "minute") clock_.pass(std::chrono::minutes(1));
  if (word == "stop") stop();
  constexpr std::array<std::string_view, 10> known = {
      "errors", "crowd", "rule", "lost", "hurry", "standstill", "late", "minute", "stop", "whole"};
  co_return std::ranges::find(known, word) != known.end();
}

async::Task<> SmtpWorld::visits(int count, std::string_view words) {
  for (; count > 0; --count) {
    auto visitor = serve_one(words);
    visitor.close();
    for (int turns = 0; turns < 20; ++turns) co_await async::yield();
  }
}

void SmtpWorld::add_rule(std::string_view words) {
  auto rules = faults_.state().rules;
  FaultRule rule{.fault = {.text = {}}, .times = 2};
  if (has_word(words, "connect")) rule.stage = Stage::connect;
  if (has_word(words, "auth")) rule.stage = Stage::auth;
  if (has_word(words, "mail")) rule.stage = Stage::mail;
  if (has_word(words, "rcpt")) rule.stage = Stage::rcpt;
  if (has_word(words, "timeout"))
    rule.fault.kind = Fault::Kind::timeout;
  else if (has_word(words, "disconnect"))
    rule.fault.kind = Fault::Kind::disconnect;
  else
    rule.fault.code = static_cast<std::uint16_t>(
        std::stoul(std::string(words.substr(words.find_last_of(' ') + 1))));
  rules.push_back(std::move(rule));
  must(faults_.set(std::move(rules), 0));
}

void SmtpWorld::lose_large_folder() {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (entry.path().filename() != "large") continue;
    large_folder_ = entry.path();
    std::filesystem::rename(large_folder_, folder_ / "lost");
    return;
  }
  throw std::runtime_error("there is no folder of large messages");
}

void SmtpWorld::check_errors(std::string_view count) const {
  const auto logged = std::to_string(log_.count(log::Level::error));
  if (logged != count) throw std::runtime_error(fmt::format("{} errors are in the log", logged));
}

void SmtpWorld::stop() {
  stopping_ = true;
  for (auto& open : served_) open.wake.notify();
}

std::string SmtpWorld::end() {
  stop();
  crowd_.clear();
  loop_.run(gate_.close());
  if (!large_folder_.empty()) std::filesystem::rename(folder_ / "lost", large_folder_);
  if (exception_) std::rethrow_exception(exception_);
  const auto proof = store_->verify();
  if (!proof) return proof.error().text;
  return proof->errors.empty() ? "" : proof->errors.front();
}

} // namespace mox::smtpserver::test
