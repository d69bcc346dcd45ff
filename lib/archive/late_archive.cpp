// The functions of libarchive that are used here, taken from the library when the first is called.
// With it come those of XML, of four ways to compress, and of access rights.

#include "latelibrary/library.h"

#include <archive.h>
#include <archive_entry.h>
#include <cstddef>

namespace {

template <class Function> Function* real(const char* name) {
  static const mox::latelibrary::Library library("libarchive.so.13");
  return library.find<Function>(name);
}

} // namespace

extern "C" {

// Called before all others, which are not called when this returns null.
struct archive* archive_read_new() {
  auto* const make = real<decltype(archive_read_new)>("archive_read_new");
  return make == nullptr ? nullptr : make();
}

int archive_read_free(struct archive* reader) {
  return real<decltype(archive_read_free)>("archive_read_free")(reader);
}

int archive_read_support_format_zip(struct archive* reader) {
  return real<decltype(archive_read_support_format_zip)>("archive_read_support_format_zip")(reader);
}

int archive_read_open_memory(struct archive* reader, const void* bytes, std::size_t size) {
  return real<decltype(archive_read_open_memory)>("archive_read_open_memory")(reader, bytes, size);
}

int archive_read_next_header(struct archive* reader, archive_entry** entry) {
  return real<decltype(archive_read_next_header)>("archive_read_next_header")(reader, entry);
}

la_ssize_t archive_read_data(struct archive* reader, void* into, std::size_t size) {
  return real<decltype(archive_read_data)>("archive_read_data")(reader, into, size);
}

const char* archive_format_name(struct archive* reader) {
  return real<decltype(archive_format_name)>("archive_format_name")(reader);
}

int archive_entry_is_encrypted(archive_entry* entry) {
  return real<decltype(archive_entry_is_encrypted)>("archive_entry_is_encrypted")(entry);
}

__LA_MODE_T archive_entry_filetype(archive_entry* entry) {
  return real<decltype(archive_entry_filetype)>("archive_entry_filetype")(entry);
}

} // extern "C"
