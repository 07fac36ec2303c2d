# The commands of agents: mco_add_agent() finds the folder application/ beside an agent, and mco is linked with what is in it,
# never with the agent. Generated code collects them, as it collects agents.

# mco_add_command(<name> [LINKS …]): `mco <name>` from the sources in application/, with its tests. They must define
# make_<name>_command (see cli/commands.hpp). A folder without an agent, whose actions others provide, calls it by itself.
function(mco_add_command name)
  cmake_parse_arguments(arg "" "" "LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS application/*.cpp)
  file(GLOB tests CONFIGURE_DEPENDS application/*_test.cpp)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
    mco_unit_test(mco_command_${name}_test SOURCES ${tests} LINKS mco_command_${name} mco_cli_testing)
  endif()
  mco_library(mco_command_${name} SOURCES ${sources} LINKS mco_cli PRIVATE_LINKS ${arg_LINKS})
  set_property(GLOBAL APPEND PROPERTY MCO_COMMANDS ${name})
endfunction()

# mco_command_registry(BUILTIN <name> …): make_commands() in mco_commands, with the commands of all agents beside mco's own.
function(mco_command_registry)
  cmake_parse_arguments(arg "" "" "BUILTIN" ${ARGN})
  get_property(commands GLOBAL PROPERTY MCO_COMMANDS)
  list(SORT commands)
  foreach(command IN LISTS commands)
    if(command IN_LIST arg_BUILTIN)
      message(FATAL_ERROR "The agent ${command} has an application/, but 'mco ${command}' is a command of mco itself: "
                          "give the agent another name, or leave the folder out")
    endif()
    string(APPEND declarations "cli::Application make_${command}_command();\n")
    string(APPEND make_commands "    all.push_back(agents::make_${command}_command());\n")
    list(APPEND libraries mco_command_${command})
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cli/agents_commands.cpp.in agents_commands.cpp @ONLY)
  mco_library(mco_commands SOURCES ${CMAKE_CURRENT_BINARY_DIR}/agents_commands.cpp LINKS mco_cli PRIVATE_LINKS ${libraries})
endfunction()
