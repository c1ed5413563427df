// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What the contestants have in common: the command line, the clocks, and the one line of JSON that they print.
///
///     CONTESTANT ROW N [LIVE]     measures N operations; `echo` serves until it is killed, having printed its port.
///
/// A contestant that has no such row exits with 2.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>

#include <sys/resource.h>
#include <time.h>

namespace bench {

/// What was measured: seconds of CPU time of this process and of the clock, and bytes of memory.
struct measured {
  double cpu = 0;
  double wall = 0;
  double bytes = 0;
};

/// What the system's \p file about this process says behind \p key, in bytes.
inline double memory(const char *path, const char *key) {
  std::FILE *file = std::fopen(path, "r");
  char line[256];
  double kib = 0;
  while (file && std::fgets(line, sizeof line, file))
    if (std::strncmp(line, key, std::strlen(key)) == 0)
      kib = std::atof(line + std::strlen(key));
  if (file)
    std::fclose(file);
  return kib * 1024;
}
/// Resident memory now. statm would be off by up to 64 pages per CPU.
inline double resident() { return memory("/proc/self/smaps_rollup", "Rss:"); }
/// The most there ever was. getrusage() would count what the driver had before it became this program.
inline double peak() { return memory("/proc/self/status", "VmHWM:"); }

inline double seconds_of(const timeval &t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

inline measured now() {
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return {.cpu = seconds_of(used.ru_utime) + seconds_of(used.ru_stime),
          .wall = static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9};
}

/// What has passed since it was made.
class stopwatch {
public:
  measured read() const {
    const measured end = now();
    return {.cpu = end.cpu - begin_.cpu, .wall = end.wall - begin_.wall};
  }

private:
  measured begin_ = now();
};

/// The time that \p work takes.
template <class F> measured time_of(F &&work) {
  const stopwatch watch;
  work();
  return watch.read();
}

/// By how much resident memory grows while \p work runs.
template <class F> measured growth_of(F &&work) {
  const double before = resident();
  work();
  return {.bytes = resident() - before};
}

/// Tells the driver where an echo server listens.
inline void print_port(unsigned port) {
  std::printf("{\"port\": %u}\n", port);
  std::fflush(stdout);
}

/// Bytes that an echo connection reads at most at a time, and that an idle one keeps for that: in all contestants.
inline constexpr std::size_t read_size = 1024;

/// How many values are in the channel at most: in all contestants.
inline constexpr std::size_t channel_capacity = 64;

struct row {
  const char *name;
  measured (*run)(std::size_t n, std::size_t live);
};

/// The main() of a contestant.
inline int main_of(int argc, char **argv, std::initializer_list<row> rows) {
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  const std::size_t n = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const std::size_t live = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 0;
  for (const row &r : rows) {
    if (n == 0 || std::strcmp(argv[1], r.name) != 0)
      continue;
    try {
      const measured m = r.run(n, live);
      const double each = 1e9 / static_cast<double>(n);
      std::printf(
          "{\"cpu_ns\": %.3f, \"wall_ns\": %.3f, \"bytes\": %.1f, \"cpu_s\": %.6f, \"wall_s\": %.6f, \"peak\": %.0f}\n",
          m.cpu * each, m.wall * each, m.bytes / static_cast<double>(n), m.cpu, m.wall, peak());
      return 0;
    } catch (const std::exception &e) {
      std::fprintf(stderr, "%s %s: %s\n", argv[0], argv[1], e.what());
      return 1;
    }
  }
  std::fprintf(stderr, "usage: %s ROW N [LIVE]; rows:", argv[0]);
  for (const row &r : rows)
    std::fprintf(stderr, " %s", r.name);
  std::fprintf(stderr, "\n");
  return 2;
}

} // namespace bench
