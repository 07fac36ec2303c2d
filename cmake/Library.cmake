# mco_library(<target> SOURCES a.cpp … [LINKS …] [PRIVATE_LINKS …]): one static library per folder.
function(mco_library target)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${target} STATIC ${arg_SOURCES})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${arg_LINKS} PRIVATE mco_warnings ${arg_PRIVATE_LINKS})
endfunction()

# mco_program(<target> SOURCES main.cpp LINKS …): a program in bin/.
function(mco_program target)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE mco_warnings ${arg_LINKS})
endfunction()

# mco_unit_test(<target> SOURCES a_test.cpp … LINKS …): one GoogleTest program per folder, each test known to ctest by name.
function(mco_unit_test target)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  include(GoogleTest)
  add_executable(${target} ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${target} PRIVATE mco_warnings ${arg_LINKS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE MCO_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${target} TEST_PREFIX "${target}." PROPERTIES LABELS unit TIMEOUT 120 DISCOVERY_TIMEOUT 60)
endfunction()

# mco_fuzz_target(<name> SOURCE fuzz_x.cpp CORPUS dir LINKS …): a libFuzzer program under MCO_FUZZ; otherwise a replay of the
# corpus as an ordinary test, built from the same source.
function(mco_fuzz_target name)
  cmake_parse_arguments(arg "" "SOURCE;CORPUS" "LINKS" ${ARGN})
  if(MCO_FUZZ)
    add_executable(${name} ${arg_SOURCE})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${name} ${arg_SOURCE} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    add_test(NAME ${name} COMMAND ${name} ${arg_CORPUS})
    set_tests_properties(${name} PROPERTIES LABELS fuzz-replay TIMEOUT 120)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  target_link_libraries(${name} PRIVATE mco_warnings ${arg_LINKS})
endfunction()
