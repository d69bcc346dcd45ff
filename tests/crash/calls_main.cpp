// crash_calls FOLDER: makes each call that the recorder stands for, and marks in the recorder's log
// what it returned. FOLDER is called "data" and has the files "old" and "victim"; beside it is one
// called "outside".
#include "crash/mark.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

void said(const std::string& call, long result) {
  mox::test::crash_mark(
      call + (result < 0 ? std::string(": ") + ::strerrorname_np(errno) : std::string()));
}

// A descriptor, whose number does not matter.
int opened(const std::string& call, int file) {
  said(call, file);
  return file;
}

void write_in_all_ways(int a) {
  said("write", ::write(a, "12345", 5));
  said("pwrite", ::pwrite(a, "XY", 2, 1));
  said("pwrite64", ::pwrite64(a, "Z", 1, 3));
  char first[] = "67";
  char second[] = "89";
  const iovec pieces[] = {{first, 2}, {second, 2}};
  said("writev", ::writev(a, pieces, 2));
  said("pwritev", ::pwritev(a, pieces, 2, 20));
  said("pwritev64", ::pwritev64(a, pieces, 1, 30));
  said("write of nothing", ::write(a, "", 0));
  const int end = opened("open to append", ::open("a", O_WRONLY | O_APPEND | O_DSYNC));
  said("write at the end", ::write(end, "end", 3));
  ::close(end);
  const int old = opened("open old", ::open("old", O_WRONLY));
  said("write to old", ::write(old, "new", 3));
  ::close(old);
  said("write to no file", ::write(old, "x", 1));
  const int reading = opened("open to read", ::open("a", O_RDONLY));
  said("write to what is open to read", ::write(reading, "x", 1));
  ::close(reading);
}

void change_sizes(int a) {
  said("ftruncate", ::ftruncate(a, 10));
  said("ftruncate64", ::ftruncate64(a, 11));
  said("truncate", ::truncate("a", 12));
  said("truncate64", ::truncate64("a", 13));
  said("truncate of no file", ::truncate("none", 1));
  said("fallocate", ::fallocate(a, 0, 0, 40));
  said("fallocate64", ::fallocate64(a, 0, 0, 41));
  said("fallocate behind the end", ::fallocate(a, FALLOC_FL_KEEP_SIZE, 0, 100));
  said("fallocate of a hole", ::fallocate(a, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 4));
  said("posix_fallocate", ::posix_fallocate(a, 0, 42));
  said("posix_fallocate64", ::posix_fallocate64(a, 0, 43));
  ::close(opened("open with O_TRUNC", ::open("a", O_RDWR | O_TRUNC)));
}

void sync_all(int a, int here) {
  said("fsync", ::fsync(a));
  said("fdatasync", ::fdatasync(a));
  said("sync_file_range", ::sync_file_range(a, 0, 1, SYNC_FILE_RANGE_WRITE));
  said("fsync of the folder", ::fsync(here));
}

void make_files(int here) {
  ::close(opened("open64", ::open64("b1", O_CREAT | O_WRONLY, 0600)));
  ::close(opened("openat", ::openat(here, "b2", O_CREAT | O_EXCL | O_WRONLY, 0600)));
  ::close(opened("openat64", ::openat64(here, "..//data/./b3", O_CREAT | O_WRONLY, 0640)));
  ::close(opened("creat", ::creat("b4", 0600)));
  ::close(opened("creat64", ::creat64("b5", 0600)));
  ::close(opened("open of one that is there", ::open("b1", O_CREAT | O_WRONLY, 0600)));
  opened("open of one that is not there", ::open("none", O_RDONLY));
  opened("open in no folder", ::open("none/b", O_CREAT | O_WRONLY, 0600));
  struct stat status{};
  ::stat("b3", &status);
  said(std::to_string(status.st_mode & 07777U) + " of b3", 0);
  for (const bool other : {false, true}) {
    char name[] = "temporary-XXXXXX";
    ::close(other ? opened("mkstemp", ::mkstemp(name))
                  : opened("mkostemp", ::mkostemp(name, O_CLOEXEC)));
    said("rename of it", ::rename(name, other ? "t2" : "t1"));
  }
}

void change_names(int here) {
  said("mkdir", ::mkdir("d", 0700));
  said("mkdirat", ::mkdirat(here, "d/e", 0700));
  said("mkdir of what is there", ::mkdir("d", 0700));
  said("rename", ::rename("b1", "d/b1"));
  said("renameat", ::renameat(here, "b2", here, "d/e/b2"));
  said("renameat2", ::renameat2(here, "b3", here, "d/b3", 0));
  said("renameat2 that exchanges", ::renameat2(here, "d/b1", here, "d/b3", RENAME_EXCHANGE));
  said("rename of nothing", ::rename("none", "other"));
  said("rename to the outside", ::rename("t1", "../out"));
  said("rename from the outside", ::rename("../out", "t1"));
  said("rename on the outside", ::rename("../outside", "../outside2"));
  said("link", ::link("b4", "l1"));
  said("linkat", ::linkat(here, "b4", here, "d/l2", 0));
  said("link of nothing", ::link("none", "l3"));
  said("unlink", ::unlink("l1"));
  said("unlink of nothing", ::unlink("l1"));
  said("unlinkat", ::unlinkat(here, "d/l2", 0));
  said("unlinkat of a folder with files", ::unlinkat(here, "d/e", AT_REMOVEDIR));
  said("remove", ::remove("d/e/b2"));
  said("remove of a folder", ::remove("d/e"));
  said("mkdir", ::mkdir("f", 0700));
  said("rmdir", ::rmdir("f"));
}

void write_unseen(int a) {
  const int from = ::open("old", O_RDONLY);
  off_t start = 0;
  said("copy_file_range", ::copy_file_range(from, &start, a, nullptr, 2, 0) < 0 ? -1 : 0);
  ::close(from);
  const auto map = [](const char* call, int file, int protection, int flags) {
    void* const place = ::mmap(nullptr, 1, protection, flags, file, 0);
    said(call, place == MAP_FAILED ? -1 : 0);
    ::munmap(place, 1);
  };
  map("mmap", a, PROT_READ | PROT_WRITE, MAP_SHARED);
  map("mmap of a copy", a, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  map("mmap to read", a, PROT_READ, MAP_SHARED);
  map("mmap of no file", -1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
  const int lock = opened("open lock.mdb", ::open("lock.mdb", O_CREAT | O_RDWR, 0600));
  said("ftruncate of lock.mdb", ::ftruncate(lock, 1));
  map("mmap of lock.mdb", lock, PROT_READ | PROT_WRITE, MAP_SHARED);
  void* const place = ::mmap64(nullptr, 1, PROT_READ | PROT_WRITE, MAP_SHARED, a, 0);
  said("mmap64", place == MAP_FAILED ? -1 : 0);
  ::close(lock);
}

// Each fails once, as MOX_CRASH_FAIL says, and is done the second time.
void fail() {
  const int victim = opened("open victim", ::open("victim", O_RDWR));
  const int here = ::open(".", O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < 2; ++i) {
    said("write to victim", ::pwrite(victim, "v", 1, 0));
    said("ftruncate of victim", ::ftruncate(victim, 1));
    said("fallocate of victim", ::fallocate(victim, 0, 0, 2));
    said("fdatasync of victim", ::fdatasync(victim));
    said("fsync of victim", ::fsync(victim));
    opened("open victim2", ::open("victim2", O_CREAT | O_RDWR, 0600));
    said("mkdir victims", ::mkdir("victims", 0700));
    said("link of victim", ::link("victim", "victims/linked"));
    said("rename of victim", ::rename("victim2", "victim3"));
    said("unlink of victim", ::unlink("victim3"));
  }
  ::close(here);
  ::close(victim);
}

} // namespace

int main(int count, char** words) {
  if (count != 2 || ::chdir(words[1]) != 0) return 2;
  const int here = ::open(".", O_RDONLY | O_DIRECTORY);
  const int a = opened("open", ::open("a", O_CREAT | O_RDWR, 0600));
  write_in_all_ways(a);
  change_sizes(a);
  sync_all(a, here);
  make_files(here);
  change_names(here);
  write_unseen(a);
  fail();
  ::close(a);
  ::close(here);
  return 0;
}
