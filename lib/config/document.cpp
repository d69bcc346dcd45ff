#include "config/document.h"

#include "config/fields.h"

#include <array>

namespace mox::config {

constinit const Document static_document{
    .name = "mox.toml",
    .summary = "static configuration of the mail server mox",
    .text = "What the server listens on, and where its data stands. A change needs a restart. "
            "Domains and accounts stand in domains.toml, beside it.\n\n"
            "The format is TOML. Relative paths count from the folder of the file. Sizes are "
            "numbers of bytes or strings like \"100MiB\", durations strings like \"15s\" or "
            "\"72h\". Domains are written in Unicode. What is unknown or wrong is an error, never "
            "ignored; all errors are told at once, with their places.",
    .fields = &fields::static_file,
};

constinit const Document domains_document{
    .name = "domains.toml",
    .summary = "domains and accounts of the mail server mox",
    .text = "What mail is taken for, and who gets it. The file stands beside mox.toml. It is read "
            "again when it has changed; while it has errors, what was read before stays in use. "
            "Commands and web pages change it too, and leave comments where they are.\n\n"
            "The format is TOML. Domains are written in Unicode. What is unknown or wrong is an "
            "error, never ignored; all errors are told at once, with their places.",
    .fields = &fields::domains_file,
};

constinit const Document sendmail_document{
    .name = "sendmail.toml",
    .summary = "submission server for mox as sendmail",
    .text = "Where the command sendmail hands messages: to the submit socket of a mox on this "
            "machine, or to a submission server. Usually /etc/mox/sendmail.toml. When it holds a "
            "secret, let only those read it who may send.\n\n"
            "The format is TOML.",
    .fields = &fields::sendmail_file,
};

std::span<const Document* const> documents() {
  static constexpr std::array<const Document*, 3> all = {&static_document, &domains_document,
                                                         &sendmail_document};
  return all;
}

} // namespace mox::config
