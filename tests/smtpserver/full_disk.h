// A disk without room, for this program. The linker's --wrap routes statvfs() here.
#pragma once

namespace mox::smtpserver::test {

// Until it is said otherwise.
void let_disk_be_full(bool full);

} // namespace mox::smtpserver::test
