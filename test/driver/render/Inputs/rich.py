# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# rich.py DIRECTORY: writes a small source tree and DIRECTORY/report.json, a report about it that has one of everything:
# a way of eight steps over four files, a safe fix of two edits, a fix to choose, a suppressed finding, files that could
# not be analysed, names and text that formats have to escape, text that is no UTF-8.
import hashlib
import json
import os
import sys

root = os.path.abspath(sys.argv[1])

SOURCES = {
    "src/feed.cpp": '''\
#include "config/loader.hpp"
#include "feed.hpp"

namespace feed {

// Asks the exchange for prices, and waits a little between two questions.
task<> poll(event_loop &loop, subscriber &who) {
  co_await loop.schedule();
  while (!loop.stopped()) {
    const auto limits = config::limits_for(who.name());
    for (const auto &symbol : who.symbols())
      co_await who.send(co_await fetch_price(symbol, limits));
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
}

generator<price> history(store &from) {
  for (const auto &row : from.rows())
    co_yield row.price;
}

task<> warm_up(cache &c) {
  refresh(c);
  co_await c.ready();
  notify(c);
}

} // namespace feed
''',
    "src/config/loader.cpp": '''\
#include "config/loader.hpp"

namespace config {

limits limits_for(const std::string &name) { return profile(name).limits; }

profile_t profile(const std::string &name) {
  if (auto known = cached(name))
    return *known;
  return parse_profile(open_profile(name));
}

std::string open_profile(const std::string &name) { return storage::read(path_of(name)); }

} // namespace config
''',
    "src/storage/read.hpp": '''\
#pragma once
namespace storage {
template <typename Path> std::string read(const Path &where) {
  auto file = remote::open(where);
  return file.all();
}
} // namespace storage
''',
    "src/storage/remote.cpp": '''\
#include "remote.hpp"

namespace remote {
handle open(const path &where) { return connect(where.host()).open(where); }

connection connect(const std::string &host) {
  return connection(address_of(host));
}

address address_of(const std::string &host) {
  addrinfo *found = nullptr;
  getaddrinfo(host.c_str(), "https", nullptr, &found);
  return address(found);
}
} // namespace remote
''',
    "src/server.cpp": '''\
#include "server.hpp"

task<> serve(connection c) {
  auto request = co_await c.read();
  asio::thread_pool pool(4);
  auto answer = co_await run_on(pool, [&] { return compute(request); });
  co_await c.write(answer);
}

task<> log(connection &c) {
  std::ofstream out("log"); // NOLINT(async-blocking-call)
  co_await c.closed(); // NOLINT(async-unawaited-task)
}
''',
    "src/größe 😀.cpp": '''\
task<int> größe(quelle &q) {
  try {
    co_return co_await q.länge(/* 😀 */ anfang, ende);
  } catch (...) { std::cerr << "größe: 😀 fehlgeschlagen"; }
  co_return 0;
}
''',
    "src/odd name #1 100%.cpp": '''\
task<> odd(loop &l) {
  ::sleep(1);
  co_await l.schedule();
}
''',
    "src/<img src=x onerror=alert(1)>.cpp": '''\
task<> evil(loop &l) { usleep(1); /* </script><script>alert(2)</script> */ co_await l.schedule(); }
''',
}
LATIN1 = ("src/latin1.cpp", b'// caf\xe9 au lait\ntask<> caf(loop &l) {\n  /* caf\xe9 */ ::sleep(2);\n  co_await l.schedule();\n}\n')

for name, text in SOURCES.items():
    os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
    with open(os.path.join(root, name), "w", encoding="utf-8", newline="\n") as out:
        out.write(text)
with open(os.path.join(root, LATIN1[0]), "wb") as out:
    out.write(LATIN1[1])
contents = {name: text.encode() for name, text in SOURCES.items()} | {LATIN1[0]: LATIN1[1]}


def at(name, what, skip=0):
    """The place of the text `what`, or of what follows `skip` such texts."""
    offset = -1
    for _ in range(skip + 1):
        offset = contents[name].index(what.encode(), offset + 1)
    begin = contents[name].rfind(b"\n", 0, offset) + 1
    return {"file": name, "line": contents[name].count(b"\n", 0, offset) + 1, "column": offset - begin + 1, "offset": offset}


def source(place):
    return contents[place["file"]].split(b"\n")[place["line"] - 1].decode("utf-8", "replace")


def edit(name, what, text, skip=0, after=False, length=None):
    offset = at(name, what, skip)["offset"]
    if after:
        return {"file": name, "offset": offset + len(what.encode()), "text": text}
    return {"file": name, "offset": offset, "length": len(what.encode()) if length is None else length, "text": text}


def note(name, what, message, edits=(), skip=0):
    place = at(name, what, skip)
    return {"at": place, "source": source(place), "message": message, "edits": list(edits)}


def finding(check, name, what, function, message, skip=0, **more):
    place = at(name, what, skip)
    mark = hashlib.md5(f"{check}{function}{source(place)}".encode()).hexdigest()
    return {"check": check, "at": place, "length": len(what.encode()), "source": source(place), "function": function,
            "message": message, "fingerprint": mark} | more


def coroutine(name, what, full, *suspensions):
    return {"at": at(name, what), "name": full, "suspensions": [at(name, text, skip) for text, skip in suspensions]}


LOADER, READ, REMOTE = "src/config/loader.cpp", "src/storage/read.hpp", "src/storage/remote.cpp"
GREETING, ODD, EVIL = "src/größe 😀.cpp", "src/odd name #1 100%.cpp", "src/<img src=x onerror=alert(1)>.cpp"
findings = [
    finding("async-blocking-call", EVIL, "usleep(1)", "evil", "'usleep' </script><img src=x onerror=alert(1)> blocks & \"sleeps\" \x01\x1b[31m"),
    finding("async-blocking-call", "src/feed.cpp", "config::limits_for(who.name())", "feed::poll",
            "'limits_for' blocks the thread that runs coroutine 'poll': it leads to 'getaddrinfo', which waits for a name server",
            notes=[note(LOADER, "profile(name)", "which calls 'profile' here"),
                   note(LOADER, "open_profile(name)", "which calls 'open_profile' here"),
                   note(LOADER, "storage::read", "which calls 'storage::read<path>' here"),
                   note(READ, "remote::open", "which calls 'remote::open' here"),
                   note(REMOTE, "connect(where", "which calls 'connect' here"),
                   note(REMOTE, "address_of(host)", "which calls 'address_of' here"),
                   note(REMOTE, "getaddrinfo", "which calls 'getaddrinfo' here"),
                   note("src/feed.cpp", "config::limits_for(who.name())", "run it on a thread pool, off the loop",
                        [edit("src/feed.cpp", "config::limits_for(who.name())",
                              "co_await run_on(pool, [&] { return config::limits_for(who.name()); })")])]),
    finding("async-blocking-call", "src/feed.cpp", "std::this_thread::sleep_for(std::chrono::milliseconds(250))", "feed::poll",
            "'sleep_for' blocks the thread that runs coroutine 'poll': it sleeps", level=1,
            edits=[edit("src/feed.cpp", '#include "feed.hpp"\n', "#include <asyncrt/loop/sleep.hpp>\n", after=True),
                   edit("src/feed.cpp", "std::this_thread::sleep_for", "co_await asyncrt::sleep_for")]),
    finding("async-unawaited-task", "src/feed.cpp", "refresh(c)", "feed::warm_up", "the task that 'refresh' returns is dropped, and never runs",
            edits=[edit("src/feed.cpp", "refresh(c)", "co_await refresh(c)")]),
    finding("async-unawaited-task", "src/feed.cpp", "notify(c)", "feed::warm_up", "the task that 'notify' returns is dropped, and never runs",
            notes=[note("src/feed.cpp", "notify(c)", "hand it to something that runs it",
                        [edit("src/feed.cpp", "notify(c)", "spawn(notify(c))")])]),
    finding("async-swallowed-cancellation", GREETING, "catch (...)", "größe",
            "this handler swallows the cancellation of 'größe' 😀",
            notes=[note(GREETING, "co_await", "cancellation arrives here as 'asyncrt::operation_stopped'"),
                   note(GREETING, '"größe: 😀', "let every exception out again after handling it",
                        [edit(GREETING, ' }\n  co_return 0', ' throw; ', length=1)])]),
    finding("async-blocking-call", LATIN1[0], "::sleep(2)", "caf", "'sleep' blocks the thread that runs coroutine 'caf': it sleeps"),
    finding("async-blocking-call", ODD, "::sleep(1)", "odd", "'sleep' blocks 100% of coroutine 'odd', for a second: it sleeps",
            edits=[edit(ODD, "::sleep(1)", "co_await asyncrt::sleep_for(std::chrono::seconds(1))")]),
    finding("async-per-call-executor", "src/server.cpp", "asio::thread_pool pool(4)", "serve",
            "each call of coroutine 'serve' creates a thread pool",
            notes=[note("src/server.cpp", "serve(connection c)", "make it once, and hand it in",
                        [edit("src/server.cpp", "connection c", "connection c, asio::thread_pool &pool"),
                         edit("src/server.cpp", "  asio::thread_pool pool(4);\n", "")])]),
    finding("async-blocking-call", "src/server.cpp", "std::ofstream out(\"log\")", "log",
            "'std::ofstream' blocks the thread that runs coroutine 'log': it opens a file", suppressed=True),
]
report = {
    "root": root,
    "invocation": "async-tidy check -p build src",
    "findings": findings,
    "coroutines": [
        coroutine(EVIL, "evil", "evil", ("co_await", 0)),
        coroutine("src/feed.cpp", "poll(event_loop", "feed::poll", ("co_await", 0), ("co_await", 1), ("co_await", 2)),
        coroutine("src/feed.cpp", "history", "feed::history", ("co_yield", 0)),
        coroutine("src/feed.cpp", "warm_up", "feed::warm_up", ("co_await", 3)),
        coroutine(GREETING, "größe", "größe", ("co_await", 0)),
        coroutine(LATIN1[0], "caf(loop", "caf", ("co_await", 0)),
        coroutine(ODD, "odd", "odd", ("co_await", 0)),
        coroutine("src/server.cpp", "serve(", "serve", ("co_await", 0), ("co_await", 1), ("co_await", 2)),
        coroutine("src/server.cpp", "log(conn", "log", ("co_await", 3)),
    ],
    "unused": [{"at": at("src/server.cpp", "// NOLINT(async-unawaited-task)"), "check": "async-unawaited-task",
                "source": source(at("src/server.cpp", "// NOLINT(async-unawaited-task)")),
                "edits": [edit("src/server.cpp", " // NOLINT(async-unawaited-task)", "")]}],
    "problems": [
        {"file": "src/broken.cpp", "outcome": 1, "reason": "src/broken.cpp:3:7: error: no member named 'x' in 'y', did you mean: 'z'?"},
        {"file": "src/huge.cpp", "outcome": 3, "reason": "it took longer than 60 s"},
        {"file": "src/no such.cpp", "outcome": 4, "reason": "no such file"},
    ],
    "files": 12, "done": 11, "baselined": 2, "seconds": 1.5,
}
with open(os.path.join(root, "report.json"), "w", encoding="utf-8") as out:
    json.dump(report, out, ensure_ascii=False, indent=1)
