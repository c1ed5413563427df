#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Opens pages in a headless chromium: what it makes of them, and what goes wrong on them.

usage: browse.py FOLDER NAME=ADDRESS...

Writes the document of each page, when it has stopped to grow, to FOLDER/NAME.dom. One browser opens all of them, as its start
takes far longer than a page. It is spoken to through a pipe: what a page logs is told by the browser, and not looked for
in a log that has other things in it and can end early.

Exits with 1 if a page could not be loaded, logged an error or a warning, or threw: each is told. When the browser did not
start, crashed or hung, that is tried once more, with a new profile; then it exits with 2. Either time it tells what the
browser said last, and what the machine was like. CHROMIUM names another program.
"""
import collections
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

PATIENCE = 180  # Seconds for one answer; an idle machine takes two.
# Nothing but what is needed to show a page: less to do, and less to go wrong.
FLAGS = ["--headless", "--no-sandbox", "--remote-debugging-pipe", "--window-size=1300,900", "--disable-gpu", "--disable-dev-shm-usage",
         "--no-first-run", "--disable-extensions", "--disable-component-update", "--disable-background-networking", "--disable-sync",
         "--disable-quic", "--disable-breakpad", "--disable-default-apps", "--mute-audio", "--enable-logging=stderr"]
# The document, once three frames have passed in which it did not grow.
SETTLED = """new Promise((done) => {
  let size = -1, same = 0;
  const look = () => {
    const now = document.documentElement.outerHTML.length;
    same = now === size ? same + 1 : 0;
    size = now;
    if (same === 3) done(document.documentElement.outerHTML);
    else requestAnimationFrame(() => setTimeout(look));
  };
  look();
})"""


class BrowserFailed(Exception):
    pass


class Browser:
    def __init__(self, folder):
        self.folder, self.buffer, self.number = folder, b"", 0
        self.events = collections.deque()
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()

        def pipes():  # The browser reads from 3 and writes to 4.
            source, sink = os.dup2(theirs_in, 100), os.dup2(theirs_out, 101)
            os.dup2(source, 3)
            os.dup2(sink, 4)
            os.close(source)
            os.close(sink)

        self.log = os.path.join(folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([os.environ.get("CHROMIUM", "chromium"), *FLAGS, "--user-data-dir=" + os.path.join(folder, "profile"), "about:blank"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=False, preexec_fn=pipes,
                                            start_new_session=True, env={**os.environ, "HOME": folder})
        os.close(theirs_in)
        os.close(theirs_out)
        self.answers, self.questions = ours_in, ours_out

    def close(self):
        os.close(self.questions)
        os.close(self.answers)
        if self.process.poll() is None:
            try:
                os.killpg(self.process.pid, 9)
            except ProcessLookupError:
                pass
        self.process.wait()

    def message(self, waiting_for):
        """The next answer or event."""
        until = time.monotonic() + PATIENCE
        while b"\0" not in self.buffer:
            ended = self.process.poll() is not None
            ready, _, _ = select.select([self.answers], [], [], 0 if ended else 1)
            read = os.read(self.answers, 1 << 20) if ready else b""
            if not read and (ready or ended):
                raise BrowserFailed(f"it ended, waiting for {waiting_for}")
            if not read and time.monotonic() > until:
                raise BrowserFailed(f"no answer for {PATIENCE} seconds, waiting for {waiting_for}")
            self.buffer += read
        one, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(one)

    def ask(self, method, session=None, **parameters):
        self.number += 1
        question = {"id": self.number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        try:
            os.write(self.questions, json.dumps(question).encode() + b"\0")
        except BrokenPipeError:
            raise BrowserFailed(f"it ended before {method}") from None
        while True:
            message = self.message(method)
            if message.get("id") == self.number:
                if "error" in message:
                    raise BrowserFailed(f"{method}: {message['error']['message']}")
                return message["result"]
            if message.get("method") == "Inspector.targetCrashed":
                raise BrowserFailed(f"the page crashed during {method}")
            self.events.append(message)

    def open(self, address):
        """(document, what went wrong on the page)"""
        self.events.clear()
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Inspector"):
            self.ask(domain + ".enable", session)
        self.events.clear()
        loaded = self.ask("Page.navigate", session, url=address)
        if loaded.get("errorText") == "net::ERR_ABORTED":
            raise BrowserFailed("the page crashed, or was given up, while it was loaded")
        if "errorText" in loaded:
            self.ask("Target.closeTarget", targetId=target)
            return "", [f"is not loaded: {loaded['errorText']}"]
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.message("the page to be loaded"))
            if self.events[-1].get("method") == "Inspector.targetCrashed":
                raise BrowserFailed("the page crashed while it was loaded")
        document = self.ask("Runtime.evaluate", session, expression=SETTLED, awaitPromise=True, returnByValue=True)["result"]["value"]
        wrong = []
        for event in self.events:
            parameters = event.get("params", {})
            if event.get("method") == "Runtime.consoleAPICalled":
                if parameters["type"] in ("error", "warning", "assert"):
                    wrong.append(f"console {parameters['type']}: " + " ".join(str(each.get("value", each.get("description", ""))) for each in parameters["args"]))
            elif event.get("method") == "Runtime.exceptionThrown":
                thrown = parameters["exceptionDetails"]
                wrong.append("exception: " + thrown.get("exception", {}).get("description", thrown["text"]))
            elif event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
                wrong.append(f"{parameters['entry']['source']} {parameters['entry']['level']}: {parameters['entry']['text']}")
        self.ask("Target.closeTarget", targetId=target)
        return document, wrong


def the_machine():
    said = ["load " + " ".join(f"{load:.1f}" for load in os.getloadavg())]
    with open("/proc/meminfo", encoding="ascii") as file:
        said.append(next(" ".join(line.split()) for line in file if line.startswith("MemAvailable")))
    for folder in ("/dev/shm", tempfile.gettempdir()):
        if os.path.isdir(folder):
            said.append(f"{folder} has {shutil.disk_usage(folder).free >> 20} MiB free")
    return ", ".join(said)


def visit(pages):
    """{name: (document, what went wrong)} of all pages, from one start of the browser."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="browse-", ignore_cleanup_errors=True) as folder:
        seen, browser = {}, Browser(folder)
        try:
            for name, address in pages:
                seen[name] = browser.open(address)
            return seen
        except BrowserFailed as failure:
            time.sleep(0.2)  # Whoever ends says why, as a rule, and may still be about to.
            status = browser.process.poll()
            how = "is still there" if status is None else f"was ended by signal {-status}" if status < 0 else f"has exited with {status}"
            print(f"browse.py: the browser failed after {time.monotonic() - began:.1f} s and {len(seen)} of {len(pages)} pages: {failure}; it {how}")
            print(f"browse.py: {the_machine()}")
            with open(browser.log, encoding="utf-8", errors="replace") as log:
                lines = [line for line in log.read().splitlines() if "dbus/" not in line]
            print("".join(f"  | {line}\n" for line in lines[-40:]), end="", flush=True)
            return None
        finally:
            browser.close()


def main():
    folder, pages = sys.argv[1], [argument.split("=", 1) for argument in sys.argv[2:]]
    os.makedirs(folder, exist_ok=True)
    for name, _ in pages:
        path = os.path.join(folder, name + ".dom")
        if os.path.exists(path):
            os.remove(path)
    seen = visit(pages)
    if seen is None:
        print("browse.py: once more")
        seen = visit(pages)
    if seen is None:
        sys.exit(2)
    for name, (document, wrong) in seen.items():
        for each in wrong:
            print(f"{name}: {each}")
        with open(os.path.join(folder, name + ".dom"), "w", encoding="utf-8") as out:
            out.write(document)
    sys.exit(any(wrong for _, wrong in seen.values()))


main()
