// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers every check of Checks.def with clang-tidy; nothing else.

#include "AsyncCheck.h"
#include "CheckHeaders.inc"
#include "LLVMCompat.h"

namespace asynctidy {
namespace {

class AsyncModule final : public clang::tidy::ClangTidyModule {
public:
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories &Factories) override {
#define ASYNC_CHECK(Class, Name, Folder, Severity, Default, Fix, Since)                                                \
  Factories.registerCheckFactory(Name, [](llvm::StringRef CheckName, clang::tidy::ClangTidyContext *Context) {         \
    return std::make_unique<Class>(CheckName, Context, SharedUnits::all().of(*Context));                               \
  });
#include "Checks.def"
  }
};

} // namespace

static clang::tidy::ClangTidyModuleRegistry::Add<AsyncModule> Registration("async-module",
                                                                           "Finds async misuse in C++20 coroutines.");

} // namespace asynctidy

// Referenced by executables that link the checks in, so that the linker keeps this file.
volatile int AsyncModuleAnchorSource = 0; // NOLINT(misc-use-internal-linkage)
