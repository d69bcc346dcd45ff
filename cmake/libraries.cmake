# One folder is one library: mox_library(smtp DEPENDS result text LINK OpenSSL::SSL).
#
# DEPENDS names other folders of lib/ or daemon/; tests/lint/check-includes reads them from the
# CMakeLists.txt files and compares them with the includes. LINK names outside libraries.
function(mox_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(TRANSFORM ARG_DEPENDS PREPEND mox_ OUTPUT_VARIABLE dependencies)
  if(sources)
    add_library(mox_${name} STATIC ${sources})
    target_link_libraries(mox_${name} PUBLIC mox_flags ${dependencies} ${ARG_LINK})
  else()
    add_library(mox_${name} INTERFACE)
    target_link_libraries(mox_${name} INTERFACE mox_flags ${dependencies} ${ARG_LINK})
  endif()
endfunction()

# The tests of one folder: every *_test.cpp in it becomes part of one program, <name>_test, which is one
# test of ctest. Labels are listed in tests/README.md; a build with MOX_ONLY_LABEL has the tests with
# that label and no others.
function(mox_test name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  set(left_out "")
  if(MOX_ONLY_LABEL AND NOT MOX_ONLY_LABEL IN_LIST ARG_LABELS)
    set(left_out EXCLUDE_FROM_ALL)
  endif()
  list(TRANSFORM ARG_DEPENDS PREPEND mox_ OUTPUT_VARIABLE dependencies)
  add_executable(${name}_test ${left_out} ${sources})
  target_link_libraries(${name}_test PRIVATE mox_flags ${dependencies} mox_test_support Catch2::Catch2WithMain)
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  # What is tested is optimised; the tests themselves run once, and take half the time to compile like this.
  target_compile_options(${name}_test PRIVATE -O0)
  target_compile_definitions(${name}_test PRIVATE
    MOX_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}" MOX_SHARED_VECTORS="${PROJECT_SOURCE_DIR}/../shared/vectors")
  if(NOT left_out)
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 900
      ENVIRONMENT "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/thread.supp")
  endif()
endfunction()

# A test that is a script or a command: mox_script_test(NAME "swaks" COMMAND ./swaks.py LABELS system).
# Exit code 77 means skipped: what it needs is not installed. In CI nothing may be missing, so there
# a script fails instead (environment CI=true).
function(mox_script_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "COMMAND;LABELS" ${ARGN})
  if(MOX_ONLY_LABEL AND NOT MOX_ONLY_LABEL IN_LIST ARG_LABELS)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(${ARG_NAME} PROPERTIES
    LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} SKIP_RETURN_CODE 77
    ENVIRONMENT "MOX=$<TARGET_FILE:mox>;MOX_SOURCE=${PROJECT_SOURCE_DIR};MOX_BUILD=${PROJECT_BINARY_DIR}")
endfunction()

# The libraries that the first line of `source` names, "// links: message address", as targets.
function(mox_links_of source result)
  file(STRINGS ${source} first LIMIT_COUNT 1)
  if(NOT first MATCHES "^// links:( [a-z0-9_ ]+)$")
    message(FATAL_ERROR "${source}: its first line must name the folders it links: // links: message address")
  endif()
  string(STRIP "${CMAKE_MATCH_1}" names)
  string(REPLACE " " ";" names "${names}")
  list(TRANSFORM names PREPEND mox_)
  set(${result} ${names} PARENT_SCOPE)
endfunction()

# Adds every direct subfolder that has a CMakeLists.txt, so that a new folder needs no second entry.
function(mox_add_subfolders)
  file(GLOB lists CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt)
  foreach(list ${lists})
    get_filename_component(folder ${list} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
endfunction()
