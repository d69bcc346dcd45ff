#include "latelibrary/library.h"

#include <dlfcn.h>

namespace mox::latelibrary {

Library::Library(const char* soname) : handle_(dlopen(soname, RTLD_NOW | RTLD_LOCAL)) {}

void* Library::address_of(const char* name) const {
  return handle_ == nullptr ? nullptr : dlsym(handle_, name);
}

} // namespace mox::latelibrary
