# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How the programs of proofs are compiled: with the header of their library precompiled, which is most of the work."""
import fcntl
import os
import shlex
import shutil
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ASYNCRT = os.path.join(TOP, "runtime", "include")
HEADERS = {"asyncrt": os.path.join(ASYNCRT, "asyncrt", "asyncrt.hpp"), "boost.asio": "/usr/include/boost/asio.hpp"}
TIMEOUT = 120  # Seconds, for one file: far more than any of them needs.


class CannotCompile(Exception):
    """With what the compiler or the linker says."""


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT)
    if done.returncode:
        raise CannotCompile(done.stdout)


class Compiler:
    """Compiles programs for one build directory; several threads and processes may use the same one at once."""

    def __init__(self, clang, build):
        self.clang = clang
        self.build = build

    def flags(self, runtime):
        """What every tool that reads a program of a library has to know."""
        return ["-std=c++20", *(["-isystem", ASYNCRT] if runtime == "asyncrt" else [])]

    def _command(self, runtime, sanitized):
        # What AddressSanitizer sees does not depend on optimisation, and it makes compiling slow.
        how = ["-gline-tables-only", "-O0", "-fsanitize=address", "-fno-omit-frame-pointer"] if sanitized else ["-g", "-O1"]
        return [self.clang, *how, "-pthread", "-Wno-unused-value", *self.flags(runtime)]

    def precompiled(self, runtime, sanitized):
        """The library's header, compiled; again if it or anything it includes, or the compiler, has changed."""
        folder = os.path.join(self.build, "proof-headers")
        path = os.path.join(folder, runtime + ("-sanitized" if sanitized else "") + ".pch")
        os.makedirs(folder, exist_ok=True)
        with open(path + ".lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            command = self._command(runtime, sanitized)
            if not is_fresh(path, command):
                run([*command, "-x", "c++-header", "-fpch-instantiate-templates", "-MD", "-MF", path + ".d", HEADERS[runtime], "-o", path])
                with open(path + ".command", "w", encoding="utf-8") as file:
                    file.write(shlex.join(command))
        return path

    def arguments(self, runtime, sanitized):
        """The arguments a source file is compiled with."""
        return [*self._command(runtime, sanitized)[1:], "-include-pch", self.precompiled(runtime, sanitized)]

    def program(self, runtime, sanitized, sources, binary):
        """Makes `binary` of all `sources`."""
        command = [self.clang, *self.arguments(runtime, sanitized), "-c"]
        objects = [f"{binary}{number}.o" for number in range(len(sources))]
        for source, made in zip(sources, objects):
            run([*command, source, "-o", made])
        # The sanitized runtime has UndefinedBehaviorSanitizer as well.
        link = [self.clang, "-pthread", *(["-fsanitize=address,undefined"] if sanitized else []), *objects, "-o", binary]
        if runtime == "asyncrt" and sanitized:
            link += [os.path.join(self.build, "runtime-asan", "libasyncrt.a"), "-luring"]
        elif runtime == "asyncrt":
            libraries = os.path.join(self.build, "runtime")
            link += [os.path.join(libraries, "libasyncrt-traps.a"), os.path.join(libraries, "libasyncrt.a"),
                     "-Wl,--undefined=asyncrt_traps", "-luring"]
        run(link)


def is_fresh(path, command):
    try:
        made = os.stat(path).st_mtime_ns
        with open(path + ".command", encoding="utf-8") as file:
            if file.read() != shlex.join(command):
                return False
        with open(path + ".d", encoding="utf-8") as file:
            needs = shlex.split(file.read().replace("\\\n", " "))[1:]
        needs.append(shutil.which(command[0]) or command[0])
        return all(os.stat(need).st_mtime_ns <= made for need in needs)
    except OSError:
        return False
