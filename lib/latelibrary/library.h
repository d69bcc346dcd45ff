// A shared library that is loaded when it is first needed. Some bring dozens of others with them
// (libcurl those of LDAP, Kerberos and SSH), whose memory and time a start should not pay for, when
// most runs never call them.
//
// A folder that uses one defines the functions that it needs itself, each of them one line: the
// real one, called. The rest of the folder is written as ever.
#pragma once

namespace mox::latelibrary {

class Library {
public:
  // By its soname, "libcurl.so.4". Never unloaded: libraries keep threads and handlers.
  explicit Library(const char* soname);

  // It could be loaded.
  bool usable() const { return handle_ != nullptr; }

  // Null when the library is not there, or has no such function.
  template <class Function> Function* find(const char* name) const {
    return reinterpret_cast<Function*>(address_of(name)); // NOLINT: what dlsym(3) is for
  }

private:
  void* address_of(const char* name) const;

  void* handle_;
};

} // namespace mox::latelibrary
