// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What would block the loop, or keep it busy, runs elsewhere: on a thread, or in a process that may crash.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

using namespace asyncrt;

namespace {

/// Blocks: files are not waited for by event loops.
std::size_t size_of_file(const std::string &name) {
  std::ifstream file(name);
  return std::string(std::istreambuf_iterator<char>(file), {}).size();
}

/// Computes for long.
long count_primes(int from, int to) {
  long count = 0;
  for (int n = from < 2 ? 2 : from; n < to; ++n) {
    bool prime = true;
    for (int d = 2; d * d <= n && prime; ++d)
      prime = n % d != 0;
    count += prime;
  }
  return count;
}

/// Somebody else's code, which sometimes does this.
int parse(std::string text) {
  if (text == "evil")
    std::abort();
  return static_cast<int>(text.size());
}

task<> program(process_pool &processes) {
  // Now and then something that blocks: the pool that the program shares.
  const std::size_t size = co_await offload(size_of_file, "/proc/self/stat");
  std::printf("read a file: %s\n", size > 0 ? "yes" : "no");

  // Much to compute: threads of one's own, and all of them.
  thread_pool threads(2);
  std::vector<long> counts(10);
  co_await bulk(threads, counts.size(), [&counts](std::size_t i) {
    counts[i] = count_primes(static_cast<int>(i) * 1000, static_cast<int>(i + 1) * 1000);
  });
  long sum = 0;
  for (const long count : counts)
    sum += count;
  std::printf("primes below 10000: %ld\n", sum);

  // Arguments and results travel between processes; a crash stays where it is.
  std::printf("parsed: %d\n", co_await processes.run(parse, "harmless"));
  try {
    co_await processes.run(parse, "evil");
  } catch (const broken_pool_error &e) {
    std::printf("%s\n", e.what());
  }
  std::printf("parsed: %d\n", co_await processes.run(parse, "and on"));
  co_await processes.shutdown();
}

} // namespace

int main() {
  process_pool processes(2); // Before there are threads.
  run(program(processes));
}

// PRINTS: read a file: yes
// PRINTS-NEXT: primes below 10000: 1229
// PRINTS-NEXT: parsed: 8
// PRINTS-NEXT: the worker of a job has died: signal 6 (Aborted)
// PRINTS-NEXT: parsed: 6
// PRINTS-NOT: {{.}}
