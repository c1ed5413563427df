// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The differences between the LLVM versions that are supported, in one place.
#pragma once

#include "clang/Basic/Version.h"

#if CLANG_VERSION_MAJOR >= 22
#include "clang-tidy/ClangTidyModule.h"
#else
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"
#endif
