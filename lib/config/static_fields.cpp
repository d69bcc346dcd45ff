#include "config/binding.h"
#include "config/fields.h"
#include "config/kinds.h"
#include "config/static.h"

namespace mox::config::fields {

namespace {

constexpr Field ca_fields[] = {
    {.name = "additional-to-system",
     .reference = "AdditionalToSystem",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Trust these beside those of the system, not instead of them."},
    {.name = "cert-files",
     .reference = "CertFiles",
     .kind = &kinds::path,
     .shape = Shape::list,
     .example = R"(["ca.pem"])",
     .help = "PEM files, each with at least one certificate."},
};
constexpr Structure ca{ca_fields};

constexpr Field outgoing_tls_fields[] = {
    {.name = "ca",
     .reference = "CA",
     .table = &ca,
     .help = "Certificate authorities that are trusted in outgoing SMTP and HTTPS."},
};
constexpr Structure outgoing_tls{outgoing_tls_fields};

constexpr Field external_account_fields[] = {
    {.name = "key-id",
     .reference = "KeyID",
     .kind = &kinds::text,
     .need = Need::required,
     .example = R"("key-1")",
     .help = "The identifier that the provider gave."},
    {.name = "key-file",
     .reference = "KeyFile",
     .kind = &kinds::path,
     .need = Need::required,
     .example = R"("eab.key")",
     .help = "A file with the key that the provider gave, in base64url."},
};
constexpr Structure external_account{external_account_fields};

constexpr Field acme_fields[] = {
    {.name = "directory-url",
     .reference = "DirectoryURL",
     .kind = &kinds::url,
     .need = Need::required,
     .example = R"("https://acme-v02.api.letsencrypt.org/directory")",
     .help = "Where the provider's directory stands."},
    {.name = "renew-before",
     .reference = "RenewBefore",
     .kind = &kinds::duration,
     .default_value = R"("30d")",
     .help = "How long before its end a certificate is renewed."},
    {.name = "contact-email",
     .reference = "ContactEmail",
     .kind = &kinds::address,
     .need = Need::required,
     .example = R"("postmaster@example.org")",
     .help = "The address that the provider may write to."},
    {.name = "port",
     .reference = "Port",
     .kind = &kinds::port,
     .default_value = "443",
     .help = "The port that the provider's validation reaches, whatever is between. Only 443 works "
             "with public providers."},
    {.name = "issuer-domain-name",
     .reference = "IssuerDomainName",
     .kind = &kinds::domain,
     .example = R"("letsencrypt.org")",
     .help = "The provider's name in the CAA records that are suggested. Known for Let's Encrypt."},
    {.name = "external-account-binding",
     .reference = "ExternalAccountBinding",
     .table = &external_account,
     .help = "For providers that ask for an account made elsewhere."},
};
constexpr Structure acme{acme_fields};

constexpr Field postmaster_fields[] = {
    {.name = "account",
     .reference = "Account",
     .kind = &kinds::account,
     .need = Need::required,
     .example = R"("mjl")",
     .help = "An account of domains.toml.",
     .store = into<&Postmaster::account>},
    {.name = "mailbox",
     .reference = "Mailbox",
     .kind = &kinds::mailbox,
     .need = Need::required,
     .example = R"("Postmaster")",
     .help = "Its mailbox. It is made when the first message comes.",
     .store = into<&Postmaster::mailbox>},
};
constexpr Structure postmaster{postmaster_fields};

constexpr Field host_tlsrpt_fields[] = {
    {.name = "account",
     .reference = "Account",
     .kind = &kinds::account,
     .need = Need::required,
     .example = R"("mjl")",
     .help = "An account of domains.toml."},
    {.name = "mailbox",
     .reference = "Mailbox",
     .kind = &kinds::mailbox,
     .need = Need::required,
     .example = R"("TLSRPT")",
     .help = "Its mailbox."},
    {.name = "localpart",
     .reference = "Localpart",
     .kind = &kinds::localpart,
     .need = Need::required,
     .example = R"("tlsreports")",
     .help = "The address for reports, at the host name. ASCII only."},
};
constexpr Structure host_tlsrpt{host_tlsrpt_fields};

constexpr Field special_use_fields[] = {
    {.name = "sent",
     .reference = "Sent",
     .kind = &kinds::special_mailbox,
     .default_value = R"("Sent")",
     .help = "For copies of what was sent.",
     .store = into<&SpecialUse::sent>},
    {.name = "archive",
     .reference = "Archive",
     .kind = &kinds::special_mailbox,
     .default_value = R"("Archive")",
     .help = "For what is kept.",
     .store = into<&SpecialUse::archive>},
    {.name = "trash",
     .reference = "Trash",
     .kind = &kinds::special_mailbox,
     .default_value = R"("Trash")",
     .help = "For what is to be deleted.",
     .store = into<&SpecialUse::trash>},
    {.name = "draft",
     .reference = "Draft",
     .kind = &kinds::special_mailbox,
     .default_value = R"("Drafts")",
     .help = "For what is being written.",
     .store = into<&SpecialUse::draft>},
    {.name = "junk",
     .reference = "Junk",
     .kind = &kinds::special_mailbox,
     .default_value = R"("Junk")",
     .help = "For junk mail.",
     .store = into<&SpecialUse::junk>},
};
constexpr Structure special_use{special_use_fields};

constexpr Field initial_mailboxes_fields[] = {
    {.name = "special-use",
     .reference = "SpecialUse",
     .table = &special_use,
     .help = "Mailboxes that mail programs know the use of.",
     .store = into<&InitialMailboxes::special_use>},
    {.name = "regular",
     .reference = "Regular",
     .kind = &kinds::initial_mailbox,
     .shape = Shape::list,
     .default_value = "[]",
     .example = R"(["Lists"])",
     .help = "Further mailboxes.",
     .store = into<&InitialMailboxes::regular>},
};
constexpr Structure initial_mailboxes{initial_mailboxes_fields};

constexpr Field static_fields[] = {
    {.name = "data-dir",
     .reference = "DataDir",
     .kind = &kinds::path,
     .need = Need::required,
     .example = R"("data")",
     .help = "The folder for all that is kept: mail, the queue, databases.",
     .store = into<&Static::data_dir>},
    {.name = "log-level",
     .reference = "LogLevel",
     .kind = &kinds::log_level,
     .default_value = R"("info")",
     .help = "How much is logged. From trace on, what is said on connections is logged; with "
             "traceauth passwords too, and with tracedata messages too.",
     .store = into<&Static::log_level>},
    {.name = "package-log-levels",
     .reference = "PackageLogLevels",
     .kind = &kinds::log_level,
     .shape = Shape::map,
     .key = &kinds::name,
     .key_example = "smtpserver",
     .default_value = "{}",
     .example = R"({ smtpserver = "debug" })",
     .help = "Other levels for parts of the program.",
     .store = into<&Static::package_log_levels>},
    {.name = "user",
     .reference = "User",
     .kind = &kinds::text,
     .default_value = R"("mox")",
     .help = "The Unix user, by name or number, to run as when started as root."},
    {.name = "no-fix-permissions",
     .reference = "NoFixPermissions",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Leave owners and permissions of files as they are at the start."},
    {.name = "hostname",
     .reference = "Hostname",
     .kind = &kinds::domain,
     .need = Need::required,
     .example = R"("mx.example.org")",
     .help = "The full name of this host: in greetings, in headers, and as the name in "
             "certificates.",
     .store = into<&Static::hostname>},
    {.name = "check-updates",
     .reference = "CheckUpdates",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Ask each day, by DNS, whether there is a new version, and tell the postmaster."},
    {.name = "pedantic",
     .reference = "Pedantic",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Refuse what breaks the standards, also where it is harmless. For finding errors in "
             "other programs."},
    {.name = "tls",
     .reference = "TLS",
     .table = &outgoing_tls,
     .help = "TLS of outgoing connections."},
    {.name = "acme",
     .reference = "ACME",
     .table = &acme,
     .shape = Shape::map,
     .key = &kinds::name,
     .key_example = "letsencrypt",
     .help = "Providers of certificates, for the listeners to name."},
    {.name = "admin-password-file",
     .reference = "AdminPasswordFile",
     .kind = &kinds::path,
     .example = R"("adminpasswd")",
     .help = "A file with the hash of the password for the administration's web pages."},
    {.name = "listeners",
     .reference = "Listeners",
     .table = &listener,
     .shape = Shape::map,
     .key = &kinds::name,
     .key_example = "public",
     .need = Need::required,
     .help = "IP addresses, each set of them with the services on them. The one that is called "
             "public is what others see: checks and suggested DNS records use it.",
     .store = into<&Static::listeners>},
    {.name = "postmaster",
     .reference = "Postmaster",
     .table = &postmaster,
     .need = Need::required,
     .help = "Who gets mail to postmaster without a domain, at a host name, and at domains that "
             "have no postmaster of their own.",
     .store = into<&Static::postmaster>},
    {.name = "host-tlsrpt",
     .reference = "HostTLSRPT",
     .table = &host_tlsrpt,
     .help = "Where reports on TLS for this host go."},
    {.name = "initial-mailboxes",
     .reference = "InitialMailboxes",
     .table = &initial_mailboxes,
     .help = "What a new account has beside Inbox.",
     .store = into<&Static::initial_mailboxes>},
    {.name = "default-mailboxes",
     .reference = "DefaultMailboxes",
     .kind = &kinds::initial_mailbox,
     .shape = Shape::list,
     .example = R"(["Sent"])",
     .help = "What a new account had beside Inbox.",
     .instead = "is no longer used: write the mailboxes into the table [initial-mailboxes]"},
    {.name = "transports",
     .reference = "Transports",
     .table = &transport,
     .shape = Shape::map,
     .key = &kinds::name,
     .key_example = "smarthost",
     .help = "Ways to deliver, for routes to name. At most one method each; one without is the "
             "usual delivery to the recipient's server."},
    {.name = "no-outgoing-dmarc-reports",
     .reference = "NoOutgoingDMARCReports",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Send no DMARC reports to other domains."},
    {.name = "no-outgoing-tls-reports",
     .reference = "NoOutgoingTLSReports",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Send no reports on TLS to other domains."},
    {.name = "outgoing-tls-reports-for-all-success",
     .reference = "OutgoingTLSReportsForAllSuccess",
     .kind = &kinds::boolean,
     .default_value = "false",
     .help = "Send reports on TLS also when nothing failed."},
    {.name = "quota-message-size",
     .reference = "QuotaMessageSize",
     .kind = &kinds::size,
     .default_value = "0",
     .example = R"("10GiB")",
     .help = "The size of all messages of an account together, unless the account has its own "
             "limit. 0 is no limit.",
     .store = into<&Static::quota_message_size>},
    {.name = "resolver",
     .kind = &kinds::resolver,
     .default_value = R"("validating")",
     .help = "Who is asked for names. \"validating\" asks the name servers of each zone itself and "
             "proves with DNSSEC what they say, by the keys of the root; \"validating@ADDRESS\" "
             "does so through another name server, which must hand on signatures. \"system\" asks "
             "the servers of /etc/resolv.conf, an address that server; what they say about DNSSEC "
             "counts when they are on this machine.",
     .store = into<&Static::resolver>},
    {.name = "submit-socket",
     .kind = &kinds::path,
     .example = R"("/run/mox/submit")",
     .help =
         "The socket through which programs on this host submit mail, as sendmail does. By "
         "default it is the file submit in the data folder. All users may connect to it, if "
         "they can go through the folders above it (chmod o+x), which the server looks at when "
         "it starts. Where the data folder is to stay closed, a folder below /run is the place: "
         "with systemd, RuntimeDirectory=mox makes /run/mox.",
     .store = into<&Static::submit_socket>},
    {.name = "local-submission",
     .kind = &kinds::address,
     .shape = Shape::map_of_lists,
     .key = &kinds::user,
     .key_example = "www-data",
     .default_value = "{}",
     .example = R"({ www-data = ["shop@example.org"] })",
     .help =
         "For Unix users, the addresses that they may send as through the submit socket, beside "
         "their own name at the host name; root may send as anybody. A user that has no name is "
         "named by its number. Mail to the name of such a user at the host name goes to the "
         "first of its addresses that is one of ours. Mail to root at the host name, unless it is "
         "named here or an address of domains.toml, goes to the postmaster.",
     .store = into<&Static::local_submission>},
};

} // namespace

constinit const Structure static_file{static_fields};

} // namespace mox::config::fields
