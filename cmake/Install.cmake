# What the rules in packaging/CMakeLists.txt and AddAgent.cmake are made of. `cmake --install BUILD --prefix DIR` may name another
# prefix than the one that was configured, so whatever depends on it is decided while installing, by install_time.cmake.
include(GNUInstallDirs)
set(MCO_PLUGIN_FOLDER ${CMAKE_INSTALL_DATADIR}/mcollective/plugins)

foreach(name BINDIR SBINDIR SYSCONFDIR DATADIR DOCDIR)
  string(APPEND mco_folders "set(CMAKE_INSTALL_${name} [[${CMAKE_INSTALL_${name}}]])\n")
endforeach()
install(CODE "${mco_folders}set(MCO_RENDERED [[${CMAKE_BINARY_DIR}/rendered]])" ALL_COMPONENTS)
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/install_time.cmake ALL_COMPONENTS)

# mco_install(<component> <folder> <file>… [RENAME <name>] [KEEP]): the folder is below the prefix, or the name of one of the
# variables of install_time.cmake. X.in is installed as X with @MCO_…@ replaced. With KEEP a file that is there stays.
function(mco_install component folder)
  cmake_parse_arguments(arg "KEEP" "RENAME" "" ${ARGN})
  foreach(file IN LISTS arg_UNPARSED_ARGUMENTS)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    install(CODE "mco_install_file([[${file}]] [[${folder}]] [[${arg_RENAME}]] ${arg_KEEP})" COMPONENT ${component})
  endforeach()
endfunction()

# mco_install_folder(<component> <folder>): makes it, unless it exists.
function(mco_install_folder component folder)
  install(CODE "mco_make_folder([[${folder}]])" COMPONENT ${component})
endfunction()

# mco_install_program(<component> <folder> <target>)
function(mco_install_program component folder target)
  mco_install_folder(${component} ${folder})
  install(TARGETS ${target} RUNTIME DESTINATION ${folder} COMPONENT ${component})
endfunction()
