# The warning set every target of ours is built with; an interface target, so it never leaks to users of a library.
add_library(mco_warnings INTERFACE)
target_compile_options(mco_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  # g++ 12 sees overlapping copies in `"text" + string` once it optimises (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(MCO_SANITIZE)  # … and uninitialised members in moved variants once it instruments as well
  target_compile_options(mco_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(MCO_UNITS)  # what is in an unnamed namespace of a source looks like a header's then, and hides behind a neighbour's local names
  target_compile_options(mco_warnings INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(MCO_WERROR)
  target_compile_options(mco_warnings INTERFACE -Werror)
endif()
