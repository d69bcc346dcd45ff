#include "config/files.h"
#include "support/catch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::config;

namespace {

constexpr std::string_view small_static = R"(data-dir = "data"
hostname = "mx.example.org"
[postmaster]
account = "mjl"
mailbox = "Postmaster"
[listeners.public]
ips = ["127.0.0.1"]
)";

constexpr std::string_view small_domains = R"([domains."example.org"]
localpart-catchall-separators = ["+", "--"]
[domains."sensitive.example"]
localpart-case-sensitive = true
[accounts.mjl]
domain = "example.org"
[accounts.mjl.destinations]
"mjl@example.org" = {}
"x@sensitive.example" = {}
)";

Static beside() {
  return parse_static(small_static, "/etc/mox/mox.toml").value();
}

std::string wrong_in_static(std::string_view more) {
  const auto read = parse_static(std::string(small_static) + std::string(more), "mox.toml");
  return read ? std::string() : to_string(read.error());
}

std::string wrong_in_domains(std::string_view more) {
  const auto read =
      parse_domains(std::string(small_domains) + std::string(more), "domains.toml", beside());
  return read ? std::string() : to_string(read.error());
}

// A file that is gone when the test ends.
class File {
public:
  explicit File(std::string_view text) { std::ofstream(path(), std::ios::binary) << text; }

  ~File() { std::filesystem::remove_all(folder_); }

  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::filesystem::path path() const { return folder_ / "x.toml"; }

private:
  static std::filesystem::path make() {
    auto name = (std::filesystem::temp_directory_path() / "mox-config-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    return name;
  }

  std::filesystem::path folder_ = make();
};

} // namespace

TEST_CASE("a small mox.toml has its defaults") {
  const auto config = beside();
  CHECK(config.data_dir == "/etc/mox/data");
  CHECK(config.submit_socket == "/etc/mox/data/submit");
  CHECK(config.log_level == log::Level::info);
  CHECK(config.hostname.ascii() == "mx.example.org");
  CHECK(config.postmaster == Postmaster{"mjl", "Postmaster"});
  CHECK(config.initial_mailboxes.special_use.draft == "Drafts");
  const auto& listener = config.listeners.at("public");
  CHECK(listener.hostname.ascii() == "mx.example.org");
  CHECK(listener.smtp_max_message_size == 104857600);
  CHECK_FALSE(listener.tls);
  CHECK_FALSE(listener.smtp.enabled);
  CHECK(listener.smtp.port == 25);
  CHECK(listener.submission.port == 587);
  CHECK(listener.submissions.port == 465);
  CHECK(listener.imap.port == 143);
  CHECK(listener.imaps.port == 993);
  CHECK(listener.metrics_http.port == 8010);
}

TEST_CASE("a full mox.toml is read") {
  const auto read = parse_static(R"(
data-dir = "/var/lib/mox"
hostname = "mx.straße.example"
log-level = "debug"
package-log-levels = { smtpserver = "trace", queue = "error" }
quota-message-size = "1GiB"
submit-socket = "/run/mox/submit"

[local-submission]
www-data = ["shop@example.org", "news@example.org"]
nobody = []

[postmaster]
account = "mjl"
mailbox = "INBOX"

[initial-mailboxes]
regular = ["Lists"]
special-use = { archive = "", sent = "Gesendet" }

[listeners.public]
ips = ["0.0.0.0", "::"]
nat-ips = ["198.51.100.1"]
hostname = "mail.example.org"
smtp-max-message-size = 1000
smtp = { enabled = true, require-starttls = true, tls-session-tickets-disabled = true }
submission = { enabled = true, port = 1587 }
submissions.enabled = true
imap = { enabled = true, no-require-starttls = true }
imaps.enabled = true
metrics-http.enabled = true

[listeners.public.tls]
min-version = "TLSv1.3"
client-auth-disabled = true
[[listeners.public.tls.key-certs]]
cert-file = "a.crt"
key-file = "/k/a.key"
[[listeners.public.tls.key-certs]]
cert-file = "b.crt"
key-file = "b.key"
)",
                                 "/etc/mox/mox.toml");
  CAPTURE(read ? "" : to_string(read.error()));
  REQUIRE(read);
  CHECK(read->hostname.ascii() == "mx.xn--strae-oqa.example");
  CHECK(read->log_level == log::Level::debug);
  CHECK(read->package_log_levels.at("smtpserver") == log::Level::trace);
  CHECK(read->quota_message_size == 1LL << 30);
  CHECK(read->submit_socket == "/run/mox/submit");
  CHECK(read->local_submission.at("www-data").size() == 2);
  CHECK(read->local_submission.at("nobody").empty());
  CHECK(read->postmaster.mailbox == "Inbox");
  CHECK(read->initial_mailboxes.special_use.sent == "Gesendet");
  CHECK(read->initial_mailboxes.special_use.archive.empty());
  CHECK(read->initial_mailboxes.special_use.junk == "Junk");
  CHECK(read->initial_mailboxes.regular == std::vector<std::string>{"Lists"});
  const auto& listener = read->listeners.at("public");
  CHECK(listener.ips.size() == 2);
  CHECK(listener.hostname.ascii() == "mail.example.org");
  CHECK(listener.smtp_max_message_size == 1000);
  CHECK(listener.smtp.require_starttls);
  CHECK(listener.smtp.tls_session_tickets_disabled == true);
  CHECK(listener.submission.port == 1587);
  CHECK(listener.imap.no_require_starttls);
  CHECK(listener.metrics_http.enabled);
  REQUIRE(listener.tls);
  CHECK(listener.tls->min_version == TlsVersion::tls1_3);
  CHECK(listener.tls->client_auth_disabled);
  CHECK(listener.tls->key_certs ==
        std::vector<KeyCert>{{"/etc/mox/a.crt", "/k/a.key"}, {"/etc/mox/b.crt", "/etc/mox/b.key"}});
}

TEST_CASE("domains.toml is read") {
  const auto read = parse_domains(std::string(small_domains) + R"(
"@example.org" = { mailbox = "Lists/rest", full-name = "Rest" }
"gone@example.org" = { smtp-error = "550 gone" }
[accounts.other]
domain = "sensitive.example"
login-disabled = "ask"
description = "d"
full-name = "O"
quota-message-size = -1
no-custom-password = true
imap-capabilities-disabled = ["NOTIFY", "IDLE"]
[domains."straße.example"]
disabled = true
description = "closed"
client-settings-domain = "mail.example.org"
localpart-catchall-separator = "+"
[domains."example.org".aliases.team]
addresses = ["mjl@example.org", "x@sensitive.example"]
allow-msg-from = true
[domains."example.org".dkim]
sign = ["2026a"]
[domains."example.org".dkim.selectors.2026a]
private-key-file = "dkim/2026a.pem"
expiration = "72h"
canonicalization = { body-relaxed = true }
headers = ["From", "Subject"]
dont-seal-headers = true
hash = "sha1"
)",
                                  "domains.toml", beside());
  CAPTURE(read ? "" : to_string(read.error()));
  REQUIRE(read);
  CHECK(read->domains.size() == 3);
  const auto& closed = read->domains.at(dns::parse_name("straße.example").value());
  CHECK(closed.disabled);
  CHECK(closed.localpart_catchall_separators == std::vector<std::string>{"+"});
  CHECK(closed.client_settings_domain.ascii() == "mail.example.org");
  const auto& alias = read->domains.at(dns::parse_name("example.org").value()).aliases.at("team");
  CHECK(alias.addresses.size() == 2);
  CHECK(alias.allow_msg_from);
  CHECK_FALSE(alias.post_public);
  const auto& dkim = read->domains.at(dns::parse_name("example.org").value()).dkim;
  CHECK(dkim.sign == std::vector<std::string>{"2026a"});
  const auto& selector = dkim.selectors.at("2026a");
  CHECK(selector.private_key_file.filename() == "2026a.pem");
  CHECK(selector.expiration == std::chrono::hours(72));
  CHECK(selector.canonicalization == DkimCanonicalization{.body_relaxed = true});
  CHECK(selector.headers == std::vector<std::string>{"From", "Subject"});
  CHECK(selector.dont_seal_headers);
  CHECK(selector.hash == DkimHash::sha1);
  CHECK(closed.dkim == Dkim{});
  const auto& mjl = read->accounts.at("mjl");
  CHECK(mjl.destinations.at("mjl@example.org") == Destination{});
  CHECK(mjl.destinations.at("@example.org").mailbox == "Lists/rest");
  CHECK(mjl.destinations.at("gone@example.org").smtp_error == "550 gone");
  const auto& other = read->accounts.at("other");
  CHECK(other.login_disabled == "ask");
  CHECK(other.quota_message_size == -1);
  CHECK(other.no_custom_password);
  CHECK(other.imap_capabilities_disabled == std::vector<std::string>{"NOTIFY", "IDLE"});
}

TEST_CASE("errors name file, place, field, value and what is allowed") {
  struct Row {
    std::string_view text, want;
  };

  const std::vector<Row> rows = {
      {"x", "mox.toml:1:"},
      {"data-dir = 1", "mox.toml:1:12: data-dir: 1 is not the path of a file or folder"},
      {"", "mox.toml:1:1: hostname: missing: a domain name, as in \"example.org\", for example "
           "hostname = \"mx.example.org\"\n"},
      {"", "mox.toml:1:1: listeners: missing: a table like [listeners.public]\n"},
      {"hostnam = 'x'", "mox.toml:1:1: hostnam: unknown field; did you mean \"hostname\"?\n"},
      {"\nDataDir = 'x'", "mox.toml:2:1: DataDir: unknown field; did you mean \"data-dir\"?\n"},
      {"nat_ips = 1", "unknown field; known here are data-dir, log-level, package-log-levels"},
      {"listeners.x.natips = []", "natips: unknown field; did you mean \"nat-ips\"?\n"},
      {"'a b' = 1", "mox.toml:1:1: \"a b\": unknown field"},
      {"log-level = 'loud'",
       "mox.toml:1:13: log-level: \"loud\" is not one of \"error\", \"warn\", \"info\", \"debug\", "
       "\"trace\", \"traceauth\", \"tracedata\"\n"},
      {"check-updates = true", "mox.toml:1:1: check-updates: not supported yet: leave it out"},
      {"default-mailboxes = []", "default-mailboxes: is no longer used: write the mailboxes into"},
      {"listeners.a.ips-nated = true", "ips-nated: is no longer used: write the public addresses"},
      {"[listeners.public.smtp]\nport = 99999",
       "mox.toml:2:8: listeners.public.smtp.port: 99999 is not a port from 1 to 65535\n"},
      {"[listeners.public]\nips = ['x',\n '::1', 2]",
       "mox.toml:2:8: listeners.public.ips: \"x\" is not an IP address, as in"},
      {"[listeners.public]\nips = ['x',\n '::1', 2]",
       "mox.toml:3:9: listeners.public.ips: 2 is not"},
      {"listeners.public.ips = []", "listeners.public.ips: must not be empty: a list, each an IP"},
      {"listeners.public.ips = '::1'",
       "listeners.public.ips: \"::1\" is not a list, for example ips = [\"0.0.0.0\", \"::\"]\n"},
      {"listeners = 1",
       "mox.toml:1:13: listeners: must be a table: a table like [listeners.public]"},
      {"listeners.public = 1", "listeners.public: must be a table: a table like"},
      {"[listeners.'a b']", "listeners.\"a b\": the name \"a b\" is not a name of letters"},
      {"listeners.x.tls.key-certs = 1", "must be a list of tables: a table like [[key-certs]]"},
      {"listeners.x.tls.key-certs = [1]", "must be a table: a table like [[key-certs]]"},
      {"[[listeners.x.tls.key-certs]]",
       "mox.toml:1:1: listeners.x.tls.key-certs.cert-file: missing"},
      {"local-submission = { a = 'x@y' }", "local-submission.a: \"x@y\" is not a list"},
      {"local-submission = { a = ['x'] }", "local-submission.a: \"x\" is not allowed"},
      {"package-log-levels = { a = 1 }", "package-log-levels.a: 1 is not one of"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto read = parse_static(row.text, "mox.toml");
    REQUIRE_FALSE(read);
    CAPTURE(to_string(read.error()));
    CHECK(to_string(read.error()).find(row.want) != std::string::npos);
  }
}

TEST_CASE("all errors are told at once, in the order of the file") {
  const auto read = parse_static("log-level = 'x'\nhostname = 'X'\nuser = 'me'\n", "mox.toml");
  REQUIRE_FALSE(read);
  std::vector<std::string> fields;
  for (const auto& problem : read.error()) fields.push_back(problem.field);
  CHECK(fields == std::vector<std::string>{"data-dir", "listeners", "postmaster", "log-level",
                                           "hostname", "user"});
}

TEST_CASE("of very many errors the first are told, and how many more there are") {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "x" + std::to_string(i) + " = 1\n";
  const auto read = parse_sendmail(text, "s.toml");
  REQUIRE_FALSE(read);
  CHECK(read.error().size() == problem_limit + 1);
  CHECK(to_string(read.error().back()) == "s.toml: and 55 more");
}

TEST_CASE("what must be right across the fields of mox.toml") {
  struct Row {
    std::string_view more, want;
  };

  const std::vector<Row> rows = {
      {"", ""},
      {"smtp.enabled = true",
       "mox.toml:8:1: listeners.public.smtp: needs TLS: add a table [listeners.public.tls] with a "
       "certificate, or set no-starttls = true to go without\n"},
      {"smtp = { enabled = true, no-starttls = true }", ""},
      {"smtp = { enabled = true, no-starttls = true, require-starttls = true }",
       "listeners.public.smtp.require-starttls: cannot stand beside no-starttls"},
      {"smtp = { enabled = true, no-starttls = true, require-starttls = false }", ""},
      {"submission.enabled = true",
       "submission: needs TLS: add a table [listeners.public.tls] with "
       "a certificate, or set no-require-starttls = true"},
      {"submission = { enabled = true, no-require-starttls = true }", ""},
      {"submissions.enabled = true", "listeners.public.submissions: needs TLS"},
      {"imap.enabled = true", "listeners.public.imap: needs TLS"},
      {"imap = { enabled = true, no-require-starttls = true }", ""},
      {"imaps.enabled = true", "listeners.public.imaps: needs TLS"},
      {"metrics-http.enabled = true", ""},
      {"tls = {}", "listeners.public.tls: needs a certificate: add a table "
                   "[[listeners.public.tls.key-certs]]"},
      {"tls.acme = 'x'", "listeners.public.tls.acme: not supported yet"},
      {"nat-ips = ['127.0.0.1']",
       "mox.toml:8:12: listeners.public.nat-ips: 127.0.0.1 cannot be a public address"},
      {"nat-ips = ['0.0.0.0']", "0.0.0.0 cannot be a public address"},
      {"nat-ips = ['::']", ":: cannot be a public address"},
      {"nat-ips = ['192.0.2.1', '192.0.2.1']", "mox.toml:8:25: listeners.public.nat-ips: 192.0.2.1 "
                                               "stands twice"},
      {"metrics-http = { enabled = true, port = 25 }\nsmtp = { enabled = true, no-starttls = true "
       "}",
       "listeners.public.metrics-http: 127.0.0.1:25 is used by listeners.public.smtp already"},
      {"metrics-http = { port = 25 }\nsmtp = { enabled = true, no-starttls = true }", ""},
      {"metrics-http.enabled = true\n[listeners.b]\nips = ['127.0.0.1']\nmetrics-http.enabled = "
       "true",
       "listeners.public.metrics-http: 127.0.0.1:8010 is used by listeners.b.metrics-http already"},
      {"metrics-http.enabled = true\n[listeners.b]\nips = ['::1']\nmetrics-http.enabled = true",
       ""},
      {"[initial-mailboxes.special-use]\nsent = 'Junk'",
       "initial-mailboxes.special-use.junk: \"Junk\" has another use already"},
      {"[initial-mailboxes.special-use]\nsent = ''\njunk = ''", ""},
      {"[initial-mailboxes]\nregular = ['a', 'a']",
       "mox.toml:9:17: initial-mailboxes.regular: \"a\" is made already"},
      {"[initial-mailboxes]\nregular = ['Sent']", "\"Sent\" is made already"},
      {"[initial-mailboxes]\nregular = ['a/b']", "\"a/b\" is inside another mailbox"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.more);
    const auto wrong = wrong_in_static(row.more);
    CAPTURE(wrong);
    CHECK(wrong.empty() == row.want.empty());
    CHECK(wrong.find(row.want) != std::string::npos);
  }
}

TEST_CASE("what must be right across the fields of domains.toml") {
  struct Row {
    std::string_view more, want;
  };

  // What comes first goes into the destinations of mjl.
  const std::vector<Row> rows = {
      {"", ""},
      {"'a@other.example' = {}",
       "domains.toml:10:21: accounts.mjl.destinations.\"a@other.example\": \"other.example\" is "
       "not "
       "a domain of this file: add a table [domains.\"other.example\"]\n"},
      {"'@other.example' = {}", "is not a domain of this file"},
      {"'a+b@example.org' = {}", "has a catchall separator of \"example.org\" in it"},
      {"'a--b@example.org' = {}", "has a catchall separator"},
      {"'+@example.org' = {}", "has a catchall separator"},
      {"'a+b@sensitive.example' = {}", ""},
      {"'MJL@example.org' = {}",
       "is the same address as \"MJL@example.org\" of the account \"mjl\""},
      {"'X@sensitive.example' = {}", ""},
      {"'POSTMASTER@sensitive.example' = {}\n'postmaster@sensitive.example' = {}", "is the same"},
      {"'@example.org' = {}\n[accounts.b]\ndomain = 'example.org'\n[accounts.b.destinations]\n"
       "'@example.org' = {}",
       "accounts.mjl.destinations.\"@example.org\": is the same address as \"@example.org\" of the "
       "account \"b\""},
      {"'mjl' = {}", "accounts.mjl.destinations.mjl: the name \"mjl\" is only the part before"},
      {"'a@example.org' = { smtp-error = '550', mailbox = 'x' }", "smtp-error: cannot stand beside "
                                                                  "mailbox"},
      {"'a@example.org' = { mailbox = '/x' }", "is not allowed: mailbox name has an empty level"},
      {"[accounts.b]\ndomain = 'other.example'",
       "accounts.b.domain: \"other.example\" is not a domain of this file"},
      {"[domains.'b.example']\nlocalpart-catchall-separator = '+'\n"
       "localpart-catchall-separators = ['-']",
       "localpart-catchall-separator: cannot stand beside localpart-catchall-separators"},
      {"[domains.'b.example']\nlocalpart-catchall-separators = ['+', '+']",
       "domains.toml:11:39: domains.\"b.example\".localpart-catchall-separators: \"+\" stands "
       "twice"},
      {"[domains.'Example.net']",
       "domains.\"Example.net\": the name \"Example.net\" must be written "
       "\"example.net\""},
      {"[domains.'example.org'.aliases.a]", "aliases.a.addresses: missing"},
      {"[domains.'example.org'.aliases.a]\naddresses = []",
       "aliases.a.addresses: must not be empty"},
      {"[domains.'example.org'.aliases.a]\naddresses = ['MJL+x@example.org']", ""},
      {"[domains.'example.org'.aliases.a]\naddresses = ['mjl@example.org', 'Mjl@example.org']",
       "domains.toml:11:33: domains.\"example.org\".aliases.a.addresses: \"Mjl@example.org\" "
       "stands "
       "twice"},
      {"[domains.'example.org'.aliases.a]\naddresses = ['b@example.org']",
       "\"b@example.org\" is not an address of an account"},
      {"[domains.'example.org'.aliases.a]\naddresses = ['+b@example.org']", "is not an address of"},
      {"[domains.'example.org'.aliases.a]\naddresses = ['a@b.example']",
       "\"b.example\" is not a domain of this file"},
      {"[domains.'example.org'.aliases.a]\naddresses = ['mjl@example.org']\n"
       "[domains.'example.org'.aliases.b]\naddresses = ['a@example.org']",
       "\"a@example.org\" is not an address of an account; aliases and other servers'"},
      {"[domains.'example.org'.aliases.'a+b']\naddresses = ['mjl@example.org']",
       "domains.\"example.org\".aliases.\"a+b\": has a catchall separator"},
      {"[domains.'example.org'.aliases.MJL]\naddresses = ['mjl@example.org']",
       "aliases.MJL: is an address of the account \"mjl\" already"},
      {"[domains.'example.org'.aliases.A]\naddresses = ['mjl@example.org']\n"
       "[domains.'example.org'.aliases.a]\naddresses = ['mjl@example.org']",
       "aliases.a: is the same address as the alias \"A\""},
      {"[domains.'example.org'.aliases.'a b']\naddresses = ['mjl@example.org']",
       "the name \"a b\" is not allowed: localpart"},
      {"[domains.'example.org'.dkim]\nsign = ['a']",
       "domains.toml:11:9: domains.\"example.org\".dkim.sign: \"a\" is not one of the selectors"},
      {"[domains.'example.org'.dkim]\nsign = ['a', 'a']\n"
       "selectors.a.private-key-file = 'a.pem'",
       "sign: \"a\" stands twice"},
      {"[domains.'example.org'.dkim.selectors.a]\nhash = 'sha256'", "private-key-file: missing"},
      {"[domains.'example.org'.dkim.selectors.a]\nprivate-key-file = 'a.pem'\n"
       "headers = ['Subject']",
       "dkim.selectors.a.headers: must contain \"From\""},
      {"[domains.'example.org'.dkim.selectors.a]\nprivate-key-file = 'a.pem'\n"
       "headers = ['from', 'RECEIVED']",
       "headers: \"RECEIVED\" cannot be signed"},
      {"[domains.'example.org'.dkim.selectors.a]\nprivate-key-file = 'a.pem'", ""},
      {"[[routes]]\ntransport = 'x'", "routes: not supported yet"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.more);
    const auto wrong = wrong_in_domains(row.more);
    CAPTURE(wrong);
    CHECK(wrong.empty() == row.want.empty());
    CHECK(wrong.find(row.want) != std::string::npos);
  }
  const auto nobody = parse_domains("domains = {}\naccounts = {}", "domains.toml", beside());
  REQUIRE_FALSE(nobody);
  CHECK(to_string(nobody.error()) ==
        "domains.toml:2:12: accounts: has no account \"mjl\", which mox.toml names as "
        "postmaster.account\n");
}

TEST_CASE("sendmail.toml needs one secret") {
  constexpr std::string_view start = "local-hostname = 'a'\nhost = 'b'\nport = 465\ntls = true\n"
                                     "username = 'u'\nfrom = 'u@example.org'\n";
  constexpr std::string_view seed = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  struct Row {
    std::string more;
    std::string_view want;
  };

  const auto key = "client-auth-ed25519-private-key = '" + std::string(seed) + "'\n";
  const std::vector<Row> rows = {
      {"password = 'p'", ""},
      {key, ""},
      {"client-auth-cert-private-key-pem-file = '/k.pem'", ""},
      {"", "s.toml:1:1: exactly one of password, client-auth-ed25519-private-key and"},
      {key + "password = 'p'", "client-auth-ed25519-private-key: cannot stand beside password"},
      {"client-auth-cert-private-key-pem-file = '/k.pem'\npassword = 'p'", "exactly one of"},
      {"password = 'p'\nstarttls = true", "starttls: cannot stand beside tls"},
      {"password = 'p'\nstarttls = false", ""},
      {"client-auth-cert-private-key-pem-file = 'k.pem'", "\"k.pem\" is not an absolute path"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.more);
    const auto read = parse_sendmail(std::string(start) + row.more, "s.toml");
    const auto wrong = read ? std::string() : to_string(read.error());
    CAPTURE(wrong);
    CHECK(wrong.empty() == row.want.empty());
    CHECK(wrong.find(row.want) != std::string::npos);
  }
  const auto read = parse_sendmail(std::string(start) + "password = 'p'\nrequire-tls = 'no'\n"
                                                        "auth-method = 'PLAIN'\n",
                                   "s.toml");
  REQUIRE(read);
  CHECK(read->password.view() == "p");
  CHECK(read->require_tls == RequireTls::no);
  CHECK(read->auth_method == "PLAIN");
  CHECK(to_string(read->from) == "u@example.org");
}

TEST_CASE("sendmail.toml needs no server when it names a socket") {
  const auto socket = parse_sendmail("submit-socket = '/run/s'\n", "s.toml");
  REQUIRE(socket);
  CHECK(socket->submit_socket == "/run/s");
  CHECK(socket->host.empty());
  const auto nothing = parse_sendmail("", "s.toml");
  REQUIRE_FALSE(nothing);
  CHECK(to_string(nothing.error()).find("host: missing") != std::string::npos);
  const std::string server = "submit-socket = '/run/s'\nhost = 'b'\n";
  const auto bare = parse_sendmail(server, "s.toml");
  REQUIRE_FALSE(bare);
  CHECK(to_string(bare.error()) ==
        "s.toml:1:1: a server needs host, port, local-hostname, username and from\n");
  const auto open = parse_sendmail(
      server + "port = 1\nlocal-hostname = 'a'\nusername = 'u'\nfrom = 'u@example.org'\n",
      "s.toml");
  REQUIRE_FALSE(open);
  CHECK(to_string(open.error()).find("exactly one of password") != std::string::npos);
  const auto both = parse_sendmail(server + "port = 1\nlocal-hostname = 'a'\nusername = 'u'\n"
                                            "from = 'u@example.org'\npassword = 'p'\n",
                                   "s.toml");
  REQUIRE(both);
  CHECK(both->host == "b");
}

TEST_CASE("secrets are not shown in errors") {
  const auto read = parse_sendmail("password = ['hunter2']\nusername = 1\n"
                                   "client-auth-ed25519-private-key = 'hunter3'",
                                   "s.toml");
  REQUIRE_FALSE(read);
  CHECK(to_string(read.error()).find("hunter") == std::string::npos);
}

TEST_CASE("files are read, and relative paths count from their folder") {
  const File file(small_static);
  const auto read = read_static(file.path());
  REQUIRE(read);
  CHECK(read->data_dir == file.path().parent_path() / "data");
  const File domains(small_domains);
  CHECK(read_domains(domains.path(), *read));
  const File broken("x");
  const auto wrong = read_sendmail(broken.path());
  REQUIRE_FALSE(wrong);
  CHECK(to_string(wrong.error()).starts_with(broken.path().string() + ":1:"));
}

TEST_CASE("a file that cannot be read is an error") {
  const auto read = read_static("/nowhere/mox.toml");
  REQUIRE_FALSE(read);
  REQUIRE(read.error().size() == 1);
  CHECK(read.error()[0].file == "/nowhere/mox.toml");
  CHECK(read.error()[0].place.line == 0);
  CHECK(read.error()[0].text.find("No such file") != std::string::npos);
}
