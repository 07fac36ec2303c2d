# Everything comes from Debian 12; scripts/deps installs it.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libyaml REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(pcre2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
find_path(MCO_MUSTACHE_INCLUDE kainjow/mustache.hpp REQUIRED)  # headers only
if(BUILD_TESTING)
  find_package(GTest REQUIRED)
endif()

# Asio as Boost 1.74 ships it: rule R0 of docs/adr/0004 and the macros that clang 14 and ThreadSanitizer need.
add_library(mco_asio INTERFACE)
target_link_libraries(mco_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(mco_asio INTERFACE
  BOOST_ASIO_NO_DEPRECATED
  $<$<CXX_COMPILER_ID:Clang>:BOOST_ASIO_HAS_CO_AWAIT BOOST_ASIO_HAS_STD_COROUTINE>)
if(MCO_SANITIZE MATCHES thread)
  target_compile_definitions(mco_asio INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
