# Runs while installing. From the prefix, and the folders that were configured (CMAKE_INSTALL_SBINDIR and so on, below the prefix or
# absolute), follows where files belong that do not simply lie below the prefix, and what stands in those that name it.
cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_PREFIX)

# The absolute path of a folder, which is below the prefix, absolute already, or begins with the name of a variable MCO_….
function(mco_folder result folder)
  if(folder MATCHES "^(MCO_[A-Z]+)(.*)$")
    set(folder "${${CMAKE_MATCH_1}}${CMAKE_MATCH_2}")
  endif()
  cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
  set(${result} "${folder}" PARENT_SCOPE)
endfunction()

foreach(name BINDIR SBINDIR DATADIR DOCDIR SYSCONFDIR)
  mco_folder(MCO_${name} "${CMAKE_INSTALL_${name}}")
endforeach()
# The programs, logrotate and whoever keeps a site's configuration look into /etc, also for what is below /usr/local.
if(CMAKE_INSTALL_PREFIX MATCHES "^/usr(/local)?$" AND NOT IS_ABSOLUTE "${CMAKE_INSTALL_SYSCONFDIR}")
  set(MCO_SYSCONFDIR "/${CMAKE_INSTALL_SYSCONFDIR}")
endif()
set(MCO_CONFIGURATION "${MCO_SYSCONFDIR}/mcollective")
set(MCO_LOGROTATE "${MCO_SYSCONFDIR}/logrotate.d")
set(MCO_PLUGINS "${MCO_DATADIR}/mcollective/plugins")
set(MCO_EXAMPLES "${MCO_DOCDIR}/examples")
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(MCO_ZSH "${MCO_DATADIR}/zsh/vendor-completions")  # Debian's folder for packages
else()
  set(MCO_ZSH "${MCO_DATADIR}/zsh/site-functions")
endif()

# Configuration that is not in /etc the units have to name.
if(MCO_SYSCONFDIR STREQUAL "/etc")
  set(MCO_SERVER_OPTIONS "")
  set(MCO_SERVER_CONDITION
    "ConditionPathExists=|/etc/puppetlabs/mcollective/server.cfg\nConditionPathExists=|${MCO_CONFIGURATION}/server.cfg")
else()
  set(MCO_SERVER_OPTIONS " --config ${MCO_CONFIGURATION}/server.cfg")
  set(MCO_SERVER_CONDITION "ConditionPathExists=${MCO_CONFIGURATION}/server.cfg")
endif()

# Makes the folder and those above it that do not exist, open to everybody whatever the umask; those that exist stay as they are.
function(mco_make_folder folder)
  mco_folder(folder "${folder}")
  set(path "$ENV{DESTDIR}${folder}")
  set(missing "")
  while(NOT EXISTS "${path}")
    list(PREPEND missing "${path}")
    cmake_path(GET path PARENT_PATH path)
  endwhile()
  foreach(path IN LISTS missing)
    file(MAKE_DIRECTORY "${path}")
    file(CHMOD "${path}" PERMISSIONS
      OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  endforeach()
endfunction()

# Installs one file: see mco_install.
function(mco_install_file file folder name)
  mco_folder(folder "${folder}")
  if(name STREQUAL "")
    cmake_path(GET file FILENAME name)
    string(REGEX REPLACE "\\.in$" "" name "${name}")
  endif()
  if(ARGN AND EXISTS "$ENV{DESTDIR}${folder}/${name}")
    message(STATUS "Kept: $ENV{DESTDIR}${folder}/${name}")
    return()
  endif()
  mco_make_folder("${folder}")
  set(permissions PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  if(NOT file MATCHES "\\.in$")
    file(INSTALL DESTINATION "${folder}" TYPE FILE FILES "${file}" RENAME "${name}" ${permissions})
    return()
  endif()
  string(SHA1 whose "$ENV{DESTDIR}:${CMAKE_INSTALL_PREFIX}")  # two may install at the same time
  configure_file("${file}" "${MCO_RENDERED}-${whose}/${name}" @ONLY)
  file(INSTALL DESTINATION "${folder}" TYPE FILE FILES "${MCO_RENDERED}-${whose}/${name}" ${permissions})
  file(REMOVE_RECURSE "${MCO_RENDERED}-${whose}")
endfunction()
