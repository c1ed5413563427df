// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A macro as test libraries have them.
#pragma once

#define EXPECTING_NO_THROW(statement)                                                                                  \
  do {                                                                                                                 \
    try {                                                                                                              \
      statement;                                                                                                       \
    } catch (...) {                                                                                                    \
      throw;                                                                                                           \
    }                                                                                                                  \
  } while (false)
