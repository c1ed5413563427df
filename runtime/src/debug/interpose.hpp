// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// For functions that take the place of one of libc, with its signature.
#pragma once

#include <dlfcn.h>

/// Defines next_NAME(), which gives the function that would be called if there were no other: a sanitizer's, or libc's.
/// At global scope.
#define ASYNCRT_NEXT(Name)                                                                                             \
  extern "C" [[gnu::weak]] decltype(::Name) __interceptor_##Name;                                                      \
  static decltype(::Name) *next_##Name() noexcept {                                                                    \
    static constinit decltype(::Name) *next = nullptr;                                                                 \
    decltype(::Name) *found = __atomic_load_n(&next, __ATOMIC_RELAXED);                                                \
    if (!found) [[unlikely]] {                                                                                         \
      found = &__interceptor_##Name ? &__interceptor_##Name                                                            \
                                    : reinterpret_cast<decltype(found)>(::dlsym(RTLD_NEXT, #Name));                    \
      __atomic_store_n(&next, found, __ATOMIC_RELAXED);                                                                \
    }                                                                                                                  \
    return found;                                                                                                      \
  }
