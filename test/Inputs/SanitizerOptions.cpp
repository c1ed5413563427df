// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the driver's sanitizers are told, in all of its processes. LLVM itself is not instrumented: it does not give back
// what headers of its allocators, compiled into the driver, mark as poison.

extern "C" const char *__asan_default_options() {
  return "detect_leaks=0:allow_user_poisoning=0:abort_on_error=1:handle_abort=0";
}
extern "C" const char *__ubsan_default_options() { return "halt_on_error=1:print_stacktrace=1"; }
