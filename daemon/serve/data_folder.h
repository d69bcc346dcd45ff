// The folder that holds all that is kept.
#pragma once

#include "random/random.h"
#include "result/result.h"
#include "smtpserver/received_id.h"

#include <filesystem>

namespace mox::serve {

// Makes the folder, and in it the key of Received ids, when they are not there. A key that is
// damaged is an error: ids in mail that was delivered could not be read any more.
Result<smtpserver::ReceivedIds::Key> open_data_folder(const std::filesystem::path& folder,
                                                      Random& random);

// The key that stands there. ErrorKind::not_found when the folder has none; nothing is made.
Result<smtpserver::ReceivedIds::Key> received_id_key(const std::filesystem::path& folder);

} // namespace mox::serve
