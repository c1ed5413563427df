# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# async_tidy_enable(): looks for async misuse in the sources of a target, with the build that it already has.
#
#   find_package(AsyncTidy REQUIRED)      # or include(AsyncTidy), where this file is in CMAKE_MODULE_PATH
#   async_tidy_enable(<target> [PLUGIN] [WERROR] [CHECKS <glob>...] [BASELINE <file>])
#
# There are then two targets to build: async-tidy-<target> lints the sources of the target and fails if something is
# found; async-tidy does so for all targets that are enabled. Both build the target first, so that what is generated
# during the build is there. A unity build cannot be linted: its database does not list the sources.
#
#   PLUGIN    let the build run clang-tidy with the module on each file that it compiles, by CXX_CLANG_TIDY, instead
#   WERROR    let a finding fail the build: `all` lints too, and with PLUGIN warnings become errors
#   CHECKS    checks to run, as clang-tidy takes them; without it those of .clang-tidy files, or all
#   BASELINE  a baseline file, relative to the current source directory; its findings do not count
#
# ASYNC_TIDY_EXECUTABLE, ASYNC_TIDY_CLANG_TIDY and ASYNC_TIDY_PLUGIN say where async-tidy, clang-tidy 22 and
# AsyncTidy.so are, if they are not found.
if(CMAKE_VERSION VERSION_LESS 3.20)
  message(FATAL_ERROR "AsyncTidy.cmake needs CMake 3.20 or later; with an older one run `async-tidy check -p <build>`")
endif()

# Targets made from here on are listed in compile_commands.json; async_tidy_enable() adds those made before.
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Beside this file as installed (PREFIX/lib/cmake/AsyncTidy), then as in a checkout (driver/cmake).
find_program(ASYNC_TIDY_EXECUTABLE async-tidy
  HINTS "${CMAKE_CURRENT_LIST_DIR}/../../../bin" "${CMAKE_CURRENT_LIST_DIR}/../../build/bin"
  DOC "The program async-tidy")
find_file(ASYNC_TIDY_PLUGIN AsyncTidy.so
  HINTS "${CMAKE_CURRENT_LIST_DIR}/../.." "${CMAKE_CURRENT_LIST_DIR}/../../build/lib"
  DOC "The module for clang-tidy")
find_program(ASYNC_TIDY_CLANG_TIDY clang-tidy-22 HINTS /usr/lib/llvm-22/bin DOC "clang-tidy 22, which loads the module")
mark_as_advanced(ASYNC_TIDY_EXECUTABLE ASYNC_TIDY_PLUGIN ASYNC_TIDY_CLANG_TIDY)

function(async_tidy_enable target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PLUGIN;WERROR" "BASELINE" "CHECKS")
  if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "async_tidy_enable(${target}): wrong arguments: ${arg_UNPARSED_ARGUMENTS} ${arg_KEYWORDS_MISSING_VALUES}\n"
      "async_tidy_enable(<target> [PLUGIN] [WERROR] [CHECKS <glob>...] [BASELINE <file>])")
  endif()
  if(NOT TARGET ${target})
    message(FATAL_ERROR "async_tidy_enable(${target}): there is no such target; call it after add_executable() or add_library()")
  endif()
  get_target_property(aliased ${target} ALIASED_TARGET)
  if(aliased)
    message(FATAL_ERROR "async_tidy_enable(${target}): this is another name of ${aliased}; give that one")
  endif()
  list(JOIN arg_CHECKS "," checks)

  if(arg_PLUGIN)
    if(arg_BASELINE)
      message(FATAL_ERROR "async_tidy_enable(${target}): clang-tidy knows no baseline; leave out PLUGIN or BASELINE")
    endif()
    if(NOT ASYNC_TIDY_CLANG_TIDY)
      message(FATAL_ERROR "async_tidy_enable(${target} PLUGIN): there is no clang-tidy-22; install it "
        "(Debian: apt-get install clang-tidy-22), or configure with -DASYNC_TIDY_CLANG_TIDY=/path/to/clang-tidy-22")
    endif()
    if(NOT ASYNC_TIDY_PLUGIN)
      message(FATAL_ERROR "async_tidy_enable(${target} PLUGIN): there is no AsyncTidy.so; install async-tidy, or "
        "configure with -DASYNC_TIDY_PLUGIN=/path/to/AsyncTidy.so")
    endif()
    if(NOT checks)
      set(checks "-*,async-*")
    endif()
    set(command "${ASYNC_TIDY_CLANG_TIDY}" "--load=${ASYNC_TIDY_PLUGIN}" "--checks=${checks}" --quiet)
    if(arg_WERROR)
      list(APPEND command "--warnings-as-errors=async-*")
    endif()
    set_property(TARGET ${target} PROPERTY CXX_CLANG_TIDY "${command}")
    return()
  endif()

  set_property(TARGET ${target} PROPERTY EXPORT_COMPILE_COMMANDS ON)
  set(missing "async-tidy is not found: install it, or configure with -DASYNC_TIDY_EXECUTABLE=/path/to/async-tidy")
  if(NOT ASYNC_TIDY_EXECUTABLE AND arg_WERROR)
    message(FATAL_ERROR "async_tidy_enable(${target} WERROR): ${missing}")
  elseif(NOT ASYNC_TIDY_EXECUTABLE)
    message(STATUS "${missing}")
  endif()
  if(NOT TARGET async-tidy)
    add_custom_target(async-tidy)
  endif()
  set(options)
  if(checks)
    list(APPEND options "--checks=${checks}")
  endif()
  if(arg_BASELINE)
    get_filename_component(baseline "${arg_BASELINE}" ABSOLUTE)
    list(APPEND options "--baseline=${baseline}")
  endif()
  set(all)
  if(arg_WERROR)
    set(all ALL)
  endif()
  # The sources are complete when the directory is.
  cmake_language(EVAL CODE
    "cmake_language(DEFER CALL _async_tidy_add_target [[${target}]] [[${all}]] [[${missing}]] [[${options}]])")
endfunction()

function(_async_tidy_add_target target all missing options)
  if(NOT ASYNC_TIDY_EXECUTABLE)
    add_custom_target(async-tidy-${target} COMMAND ${CMAKE_COMMAND} -E echo "${missing}"
      COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
    add_dependencies(async-tidy async-tidy-${target})
    return()
  endif()

  get_target_property(source_dir ${target} SOURCE_DIR)
  get_target_property(binary_dir ${target} BINARY_DIR)
  get_target_property(sources ${target} SOURCES)
  set(cxx [[\.(cc|cp|cpp|cxx|c\+\+|C|CPP|cppm|ixx)$]])
  set(files)
  set(conditional)
  set(depth 0)
  foreach(source IN LISTS sources)
    # A generator expression with several files is several elements here.
    string(REGEX MATCHALL [[\$<]] opened "${source}")
    string(REGEX MATCHALL [[>]] closed "${source}")
    list(LENGTH opened opened)
    list(LENGTH closed closed)
    if(depth GREATER 0 OR opened GREATER 0)
      if(NOT source MATCHES [[^\$<TARGET_OBJECTS:]])
        list(APPEND conditional "${source}")
        math(EXPR depth "${depth} + ${opened} - ${closed}")
      endif()
    elseif(source MATCHES "${cxx}")
      get_source_file_property(header "${source}" TARGET_DIRECTORY ${target} HEADER_FILE_ONLY)
      if(IS_ABSOLUTE "${source}" OR EXISTS "${source_dir}/${source}")
        get_filename_component(source "${source}" ABSOLUTE BASE_DIR "${source_dir}")
      else()
        # What a custom command makes is in the binary directory.
        get_filename_component(source "${source}" ABSOLUTE BASE_DIR "${binary_dir}")
      endif()
      if(NOT header)
        list(APPEND files "${source}")
      endif()
    endif()
  endforeach()
  if(conditional)
    list(APPEND files "$<FILTER:${conditional},INCLUDE,${cxx}>")
  endif()
  if(NOT files)
    message(FATAL_ERROR "async_tidy_enable(${target}): the target compiles no C++ sources of its own; enable those that do")
  endif()

  add_custom_target(async-tidy-${target} ${all}
    COMMAND "${ASYNC_TIDY_EXECUTABLE}" check -p "${CMAKE_BINARY_DIR}" ${options} "${files}"
    WORKING_DIRECTORY "${source_dir}"
    COMMENT "Looking for async misuse in ${target}"
    COMMAND_EXPAND_LISTS USES_TERMINAL VERBATIM)
  add_dependencies(async-tidy-${target} ${target})
  add_dependencies(async-tidy async-tidy-${target})
endfunction()
