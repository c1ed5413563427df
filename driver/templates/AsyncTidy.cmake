# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# `cmake --build build --target async-tidy` finds async misuse in the project.
# cmake/AsyncTidy.cmake; in CMakeLists.txt, before the first target: include(cmake/AsyncTidy.cmake)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_program(ASYNC_TIDY async-tidy)
if(ASYNC_TIDY)
  add_custom_target(async-tidy
    COMMAND ${ASYNC_TIDY} check -p ${CMAKE_BINARY_DIR}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    COMMENT "Looking for async misuse" VERBATIM USES_TERMINAL)
else()
  message(STATUS "async-tidy is not installed: there is no target async-tidy")
endif()
