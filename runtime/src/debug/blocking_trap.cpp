// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Interposes each function of libc that blocks by a few instructions without a signature of their own: outside of a
/// loop they jump on to the real function; in a step they save all registers of arguments, and look at the call first.
#include <asyncrt/debug/blocking_trap.hpp>

#include "trap_report.hpp"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

// What declares the functions of blocking.def: conditions read arguments by their types.
#include <aio.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <resolv.h>
#include <semaphore.h>
#include <shadow.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>
#include <wchar.h>

namespace asyncrt::debug {

namespace {

/// The words in the registers of a call's arguments, and the types that the function's declaration gives them.
template <bool Variadic, class... Args> struct call {
  const long *words;
};
template <class R, class... Args> call<false, Args...> call_of(R (*)(Args...), const long *words) { return {words}; }
template <class R, class... Args> call<true, Args...> call_of(R (*)(Args..., ...), const long *words) {
  return {words};
}

template <std::size_t I, bool Variadic, class... Args> auto argument(const call<Variadic, Args...> &c) {
  static_assert(I < 6 && (Variadic || I < sizeof...(Args)), "an argument that is not in a register");
  if constexpr (I >= sizeof...(Args)) {
    return c.words[I];
  } else {
    using type = std::tuple_element_t<I, std::tuple<Args...>>;
    if constexpr (std::is_pointer_v<type>)
      return reinterpret_cast<type>(c.words[I]);
    else
      return static_cast<type>(c.words[I]);
  }
}

/// A zero, or a pointer to nothing but zeros: a time-out.
template <std::size_t I, class Call> bool zero(const Call &c) {
  const auto value = argument<I>(c);
  if constexpr (std::is_pointer_v<decltype(value)>) {
    const std::remove_cvref_t<decltype(*value)> zeros = {};
    return value && std::memcmp(value, &zeros, sizeof zeros) == 0;
  } else {
    return value == 0;
  }
}
template <std::size_t I, class Call> bool null(const Call &c) { return argument<I>(c) == nullptr; }

/// What lies behind a pointer is not looked for: then it is as if they were there.
template <std::size_t I, class Call> bool has_bits(const Call &c, long bits) {
  const auto value = argument<I>(c);
  if constexpr (std::is_pointer_v<decltype(value)>)
    return true;
  else
    return (static_cast<long>(value) & bits) == bits;
}
template <std::size_t I, class Call> bool equals(const Call &c, int choice) {
  return static_cast<int>(argument<I>(c)) == choice;
}

template <std::size_t I, class Call> bool nonblocking(const Call &c) {
  const int flags = ::fcntl(argument<I>(c), F_GETFL);
  return flags < 0 || (flags & O_NONBLOCK);
}
template <std::size_t I, class Call> bool standard_output(const Call &c) {
  const int number = argument<I>(c);
  return number == STDOUT_FILENO || number == STDERR_FILENO;
}

constexpr std::string_view memory_paths[] = {
#define ASYNCRT_MEMORY_PATH(Beginning) Beginning,
#include "blocking.def"
};

bool begins_in_memory(const char *path) {
  for (const std::string_view beginning : memory_paths)
    if (path && std::strncmp(path, beginning.data(), beginning.size()) == 0)
      return true;
  return false;
}

/// Whether the first text among the arguments is the path of what no disk is behind.
template <bool Variadic, class... Args> bool in_memory(const call<Variadic, Args...> &c) {
  bool found = false, result = false;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    const auto look = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
      if constexpr (J < 6 && std::is_same_v<std::tuple_element_t<J, std::tuple<Args...>>, const char *>)
        if (!std::exchange(found, true))
          result = begins_in_memory(argument<J>(c));
    };
    (look(std::integral_constant<std::size_t, I>{}), ...);
  }(std::index_sequence_for<Args...>{});
  return result;
}

struct trapped {
  const char *name;
  const char *kind;
  bool (*blocks)(const long *words);
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
constexpr trapped all[] = {
#define ASYNCRT_BLOCKING(Name, Kind, When)                                                                             \
  {#Name, Kind, [](const long *words) {                                                                                \
     [[maybe_unused]] const auto c = call_of(&::Name, words);                                                          \
     return (When) && !in_memory(c);                                                                                   \
   }},
#include "blocking.def"
};
#pragma GCC diagnostic pop
constexpr std::size_t count = std::size(all);

constinit seen_places seen;

/// So much goes into whatever poll() says can be written to. More may have to wait, though some of it goes.
constexpr std::size_t surely_written = PIPE_BUF;

bool surely_written_of(const iovec *parts, std::size_t count) noexcept {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count && bytes <= surely_written; ++i)
    bytes += parts[i].iov_len;
  return bytes <= surely_written;
}
bool takes_what_is_there(long flags) noexcept { return !(flags & MSG_WAITALL); }

/// A call that does not wait when its descriptor, the first argument, is ready for \c event, if it \c holds.
struct ready_call {
  std::string_view name;
  short event;
  bool (*holds)(const long *words) = [](const long *) { return true; };
};
constexpr ready_call ready_calls[] = {
    {"read", POLLIN},
    {"readv", POLLIN},
    {"accept", POLLIN},
    {"accept4", POLLIN},
    {"recv", POLLIN, [](const long *w) { return takes_what_is_there(w[3]); }},
    {"recvfrom", POLLIN, [](const long *w) { return takes_what_is_there(w[3]); }},
    {"recvmsg", POLLIN, [](const long *w) { return takes_what_is_there(w[2]); }},
    {"write", POLLOUT, [](const long *w) { return static_cast<std::size_t>(w[2]) <= surely_written; }},
    {"send", POLLOUT, [](const long *w) { return static_cast<std::size_t>(w[2]) <= surely_written; }},
    {"sendto", POLLOUT, [](const long *w) { return static_cast<std::size_t>(w[2]) <= surely_written; }},
    {"writev", POLLOUT,
     [](const long *w) {
       return surely_written_of(reinterpret_cast<const iovec *>(w[1]), static_cast<unsigned>(w[2]));
     }},
    {"sendmsg", POLLOUT,
     [](const long *w) {
       const auto *message = reinterpret_cast<const msghdr *>(w[1]);
       return surely_written_of(message->msg_iov, message->msg_iovlen);
     }},
};

/// Whether what the call \p name waits for is there. Files and disks are always ready, and may be waited for.
bool ready(std::string_view name, const long *words) noexcept {
  for (const ready_call &call : ready_calls)
    if (call.name == name && call.holds(words)) {
      pollfd p = {.fd = static_cast<int>(words[0]), .events = call.event, .revents = 0};
      struct stat status;
      return ::fstat(p.fd, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode) &&
             !S_ISDIR(status.st_mode) && ::poll(&p, 1, 0) == 1;
    }
  return false;
}

} // namespace

extern "C" {
/// Where the functions jump to; null until it was looked up.
[[gnu::visibility("hidden")]] constinit void *asyncrt_trap_real[count] = {};
/// The interceptor of a sanitizer for each function, or null.
extern void *const asyncrt_trap_intercepted[count] __attribute__((visibility("hidden")));
/// Of the other detectors.
extern char asyncrt_held_locks, asyncrt_pool_churn;
/// Keeps this file in programs, and these: see CMakeLists.txt.
constinit char *asyncrt_traps[] = {&asyncrt_held_locks, &asyncrt_pool_churn};
}

namespace {

[[noreturn]] void missing() { trap("a function was called that this system does not have"); }

void *real(std::size_t index) noexcept {
  void *function = __atomic_load_n(&asyncrt_trap_real[index], __ATOMIC_RELAXED);
  if (!function) {
    function = asyncrt_trap_intercepted[index];
    if (!function)
      function = ::dlsym(RTLD_NEXT, all[index].name);
    if (!function)
      function = reinterpret_cast<void *>(missing);
    __atomic_store_n(&asyncrt_trap_real[index], function, __ATOMIC_RELAXED);
  }
  return function;
}

[[gnu::constructor]] void look_up() noexcept {
  for (std::size_t i = 0; i < count; ++i)
    (void)real(i);
}

} // namespace

/// What the function \p index does first when a loop runs on this thread; \p words are its arguments, \p from is where
/// it returns to. Gives the real function.
extern "C" [[gnu::visibility("hidden")]] void *asyncrt_trap_called(unsigned index, const long *words,
                                                                   const void *from) noexcept {
  scheduler *s = stepping();
  if (s && !detail::blocking_allowed && !detectors_off::now() && !seen.contains(from)) {
    const int error = errno;
    const detectors_off here;
    if (const trapped &t = all[index]; t.blocks(words) && !ready(t.name, words)) {
      char text[128];
      std::snprintf(text, sizeof text, "%s() keeps the loop waiting (%s)", t.name, t.kind);
      report_place(seen, "async-blocking-call", *s, text, from);
    }
    errno = error;
  }
  return real(index);
}

// scheduler::current_, which is what tells whether a loop runs on this thread.
#define ASYNCRT_CURRENT "_ZN7asyncrt9scheduler8current_E"

#if defined(__x86_64__)

asm(R"(
  .pushsection .text.asyncrt_trap, "ax", @progbits
  .type asyncrt_trap, @function
asyncrt_trap:                       # r11d: index. r10 and r11 are free, al counts the vectors of a variadic call.
  .cfi_startproc
  movq )" ASYNCRT_CURRENT R"(@gottpoff(%rip), %r10
  cmpq $0, %fs:(%r10)
  jne 1f
  leaq asyncrt_trap_real(%rip), %r10
  movq (%r10,%r11,8), %r10
  testq %r10, %r10
  je 1f
  jmpq *%r10
1:pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  subq $192, %rsp
  movq %rdi, (%rsp)
  movq %rsi, 8(%rsp)
  movq %rdx, 16(%rsp)
  movq %rcx, 24(%rsp)
  movq %r8, 32(%rsp)
  movq %r9, 40(%rsp)
  movq %rax, 48(%rsp)
  movaps %xmm0, 64(%rsp)
  movaps %xmm1, 80(%rsp)
  movaps %xmm2, 96(%rsp)
  movaps %xmm3, 112(%rsp)
  movaps %xmm4, 128(%rsp)
  movaps %xmm5, 144(%rsp)
  movaps %xmm6, 160(%rsp)
  movaps %xmm7, 176(%rsp)
  movl %r11d, %edi
  movq %rsp, %rsi
  movq 8(%rbp), %rdx
  callq asyncrt_trap_called
  movq %rax, %r11
  movaps 176(%rsp), %xmm7
  movaps 160(%rsp), %xmm6
  movaps 144(%rsp), %xmm5
  movaps 128(%rsp), %xmm4
  movaps 112(%rsp), %xmm3
  movaps 96(%rsp), %xmm2
  movaps 80(%rsp), %xmm1
  movaps 64(%rsp), %xmm0
  movq 48(%rsp), %rax
  movq 40(%rsp), %r9
  movq 32(%rsp), %r8
  movq 24(%rsp), %rcx
  movq 16(%rsp), %rdx
  movq 8(%rsp), %rsi
  movq (%rsp), %rdi
  leaveq
  .cfi_def_cfa %rsp, 8
  jmpq *%r11
  .cfi_endproc
  .size asyncrt_trap, . - asyncrt_trap

  .set asyncrt_trap_index, 0
  .macro asyncrt_blocking name
  .globl \name
  .type \name, @function
\name:
  .cfi_startproc
  endbr64
  movl $asyncrt_trap_index, %r11d
  jmp asyncrt_trap
  .cfi_endproc
  .size \name, . - \name
  .set asyncrt_trap_index, asyncrt_trap_index + 1
  .endm
)"
#define ASYNCRT_BLOCKING(Name, Kind, When) "asyncrt_blocking " #Name "\n"
#include "blocking.def"
    ".popsection\n");

#elif defined(__aarch64__)

asm(R"(
  .pushsection .text.asyncrt_trap, "ax", @progbits
  .type asyncrt_trap, %function
asyncrt_trap:                       // w9: index. x9 to x17 are free.
  .cfi_startproc
  adrp x16, :gottprel:)" ASYNCRT_CURRENT R"(
  ldr x16, [x16, :gottprel_lo12:)" ASYNCRT_CURRENT R"(]
  mrs x17, tpidr_el0
  ldr x16, [x17, x16]
  cbnz x16, 1f
  adrp x16, asyncrt_trap_real
  add x16, x16, :lo12:asyncrt_trap_real
  ldr x16, [x16, x9, lsl #3]
  cbz x16, 1f
  br x16
1:stp x29, x30, [sp, #-224]!
  .cfi_def_cfa_offset 224
  .cfi_offset w29, -224
  .cfi_offset w30, -216
  mov x29, sp
  stp x0, x1, [sp, #16]
  stp x2, x3, [sp, #32]
  stp x4, x5, [sp, #48]
  stp x6, x7, [sp, #64]
  str x8, [sp, #80]
  stp q0, q1, [sp, #96]
  stp q2, q3, [sp, #128]
  stp q4, q5, [sp, #160]
  stp q6, q7, [sp, #192]
  mov w0, w9
  add x1, sp, #16
  mov x2, x30
  bl asyncrt_trap_called
  mov x16, x0
  ldp q6, q7, [sp, #192]
  ldp q4, q5, [sp, #160]
  ldp q2, q3, [sp, #128]
  ldp q0, q1, [sp, #96]
  ldr x8, [sp, #80]
  ldp x6, x7, [sp, #64]
  ldp x4, x5, [sp, #48]
  ldp x2, x3, [sp, #32]
  ldp x0, x1, [sp, #16]
  ldp x29, x30, [sp], #224
  .cfi_def_cfa_offset 0
  .cfi_restore w29
  .cfi_restore w30
  br x16
  .cfi_endproc
  .size asyncrt_trap, . - asyncrt_trap

  .set asyncrt_trap_index, 0
  .macro asyncrt_blocking name
  .globl \name
  .type \name, %function
\name:
  .cfi_startproc
  bti c
  mov w9, #asyncrt_trap_index
  b asyncrt_trap
  .cfi_endproc
  .size \name, . - \name
  .set asyncrt_trap_index, asyncrt_trap_index + 1
  .endm
)"
#define ASYNCRT_BLOCKING(Name, Kind, When) "asyncrt_blocking " #Name "\n"
#include "blocking.def"
    ".popsection\n");

#else
#error "the blocking trap knows x86-64 and aarch64"
#endif

// A sanitizer's own interceptor goes between: it is weak here, so that it need not be there.
asm(R"(
  .pushsection .data.rel.ro.asyncrt_trap, "aw"
  .balign 8
  .globl asyncrt_trap_intercepted
  .hidden asyncrt_trap_intercepted
asyncrt_trap_intercepted:
  .macro asyncrt_intercepted name
  .weak __interceptor_\name
  .quad __interceptor_\name
  .endm
)"
#define ASYNCRT_BLOCKING(Name, Kind, When) "asyncrt_intercepted " #Name "\n"
#include "blocking.def"
    ".popsection\n");

} // namespace asyncrt::debug
