# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What find_package(AsyncTidy) reads: async_tidy_enable(), and where the files of this installation are.
include("${CMAKE_CURRENT_LIST_DIR}/AsyncTidy.cmake")
get_filename_component(AsyncTidy_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(AsyncTidy_CI_DIR "${AsyncTidy_PREFIX}/share/async-tidy/ci")
set(AsyncTidy_KNOWLEDGE_DIR "${AsyncTidy_PREFIX}/share/async-tidy/knowledge")
