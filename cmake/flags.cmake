# All compiler and linker flags stand here: optimisation and debug information in the variables of the
# build types, which a target's own options come after; the rest on one INTERFACE target.

# Lines for a backtrace are enough where nobody steps through the code: -g would take half as long again
# to compile a test, and four times the disk.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
if(MOX_SANITIZE)
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
endif()

add_library(mox_flags INTERFACE)
target_compile_options(mox_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
  # Leaving out a named field is how its default is asked for.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-designated-field-initializers>
  -fno-strict-aliasing -fvisibility=hidden)
target_include_directories(mox_flags INTERFACE ${PROJECT_SOURCE_DIR}/lib ${PROJECT_SOURCE_DIR}/daemon)
target_compile_definitions(mox_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_DATE_TIME
  _GLIBCXX_ASSERTIONS)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_link_options(mox_flags INTERFACE -fuse-ld=lld)
endif()

if(MOX_SANITIZE)
  target_compile_options(mox_flags INTERFACE -fsanitize=${MOX_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(mox_flags INTERFACE -fsanitize=${MOX_SANITIZE})
  if(MOX_SANITIZE MATCHES "undefined")
    target_compile_options(mox_flags INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()
if(MOX_FUZZ)
  target_compile_options(mox_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_options(mox_flags INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection
    -ftrivial-auto-var-init=zero -fPIE)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64")
    target_compile_options(mox_flags INTERFACE -fcf-protection)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64")
    target_compile_options(mox_flags INTERFACE -mbranch-protection=standard)
  endif()
  target_link_options(mox_flags INTERFACE -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
endif()
