// Which messages a request means.
#pragma once

#include "async/task.h"
#include "localapi/call.h"
#include "localapi/stored_message.h"
#include "text/search.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::localapi {

struct Search {
  store::AccountId account{};
  std::string mailbox = "Inbox";
  std::optional<text::Needle> from;
  std::optional<text::Needle> to;
  std::optional<text::Needle> subject;
  std::optional<text::Needle> words;
  std::optional<std::int64_t> received_from;                 // unix seconds
  store::Uid above = 0;                                      // only those behind it
  store::Uid below = std::numeric_limits<store::Uid>::max(); // only those before it

  // Every message of the mailbox fits.
  bool is_for_all() const {
    return !from && !to && !subject && !words && !received_from && above == 0;
  }
};

// By the parameters inbox, mailbox, from, to, subject, text, since and after.
async::Task<std::expected<Search, Problem>> read_search(const Call& call);

// The message that the first segment of the path names: by its id, or `latest`, which is the newest
// that fits the parameters. It may be gone already.
async::Task<std::expected<Place, Problem>> find_meant(const Call& call);

std::unexpected<Problem> no_message(std::string_view id);

// The account that the parameter inbox names.
async::Task<std::expected<store::AccountId, Problem>> find_inbox(const Call& call);

// The messages that fit, newest first, at most `most`. Others have their turn in between.
// ErrorKind::closed when the server stops before the end.
async::Task<Result<std::vector<Place>>> find_messages(const service::Parts& parts,
                                                      const Search& search, std::size_t most);

} // namespace mox::localapi
