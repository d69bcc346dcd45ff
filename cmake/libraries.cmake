# One folder is one library: mox_library(smtp DEPENDS result text [PRIVATE PkgConfig::x]).
#
# DEPENDS names other folders of lib/ or daemon/; the layers check in tests/lint reads them from the
# CMakeLists.txt files and compares them with the includes. LINK names outside libraries.
function(mox_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(dependencies "")
  foreach(dependency ${ARG_DEPENDS})
    list(APPEND dependencies mox_${dependency})
  endforeach()
  if(sources)
    add_library(mox_${name} STATIC ${sources})
    target_link_libraries(mox_${name} PUBLIC mox_flags ${dependencies} ${ARG_LINK})
  else()
    add_library(mox_${name} INTERFACE)
    target_link_libraries(mox_${name} INTERFACE mox_flags ${dependencies} ${ARG_LINK})
  endif()
endfunction()

# The tests of one folder: every *_test.cpp in it becomes part of one program, <name>_test.
function(mox_test name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  set(dependencies "")
  foreach(dependency ${ARG_DEPENDS})
    list(APPEND dependencies mox_${dependency})
  endforeach()
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE mox_flags ${dependencies} mox_test_support Catch2::Catch2WithMain)
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name}_test PRIVATE
    MOX_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}" MOX_SHARED_VECTORS="${PROJECT_SOURCE_DIR}/../shared/vectors")
  add_test(NAME ${name} COMMAND ${name}_test)
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
endfunction()

# Adds every direct subfolder that has a CMakeLists.txt, so that a new folder needs no second entry.
function(mox_add_subfolders)
  file(GLOB lists CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt)
  foreach(list ${lists})
    get_filename_component(folder ${list} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
endfunction()
