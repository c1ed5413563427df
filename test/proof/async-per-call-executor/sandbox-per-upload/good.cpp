// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Takes documents from strangers. They are parsed in other processes, where a malicious one does no harm.
#include <asyncrt/asyncrt.hpp>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

struct parsed {
  long pages;
  int by_process;
};

/// Somebody else's code, which trusts its input.
parsed parse(std::string document) { return {1 + std::count(document.begin(), document.end(), '\f'), ::getpid()}; }

task<parsed> take_upload(process_pool &parsers, std::string document) {
  co_await sleep_for(1ms); // While it comes in.
  co_return co_await parsers.run(parse, std::move(document));
}

task<> serve(process_pool &parsers) {
  std::vector<task<parsed>> uploads;
  for (int i = 0; i < 8; ++i)
    uploads.push_back(take_upload(parsers, "one page\fand another"));
  long pages = 0;
  std::set<int> pids;
  for (const parsed &p : co_await when_all(std::move(uploads))) {
    pages += p.pages;
    pids.insert(p.by_process);
  }
  std::printf("%ld pages, parsed by %zu processes\n", pages, pids.size());
}

} // namespace

int main() {
  process_pool parsers(2); // Before there are threads: it forks.
  run(serve(parsers));
}
