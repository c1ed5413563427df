# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# How the tests run. One suite per LLVM version: the site file in the build directory sets llvm_major and the paths.
#
#   %check_async_tidy   runs one check over a file and verifies messages and fixes: see check_async_tidy.py
#   %async_tidy         the driver (feature: driver)
#   %clang_tidy         stock clang-tidy with the module loaded; add --checks=... yourself
#   %stock_clang_tidy   the same without the module
#   %other_clang_tidy   stock clang-tidy of the other supported LLVM version
#   %consistency        holds checks, pages, tests and options against each other: see meta/consistency.py
#   %prove              what ./dev prove runs after building
#   %trace              what ./dev trace runs after building
#   %plugin             the module
#   %clang %clang++     the compilers of the LLVM version under test
#   %inputs             test/Inputs
#   %project            the top of the source tree
#   %build              the build directory
#   %python             python3
#   %llvm_major         22 or 19
import os
import shutil
import subprocess
import sys

import lit.formats

config.name = f"async-tidy on LLVM {config.llvm_major}"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".cpp", ".test", ".c"]
config.excludes = ["Inputs", "bench"]
config.test_source_root = os.path.dirname(os.path.abspath(__file__))
config.test_exec_root = os.path.join(config.build_dir, "test")
# No test should need this long; one that hangs is a failure, not a stuck run.
# (lit measures with python3-psutil.)
if lit_config.maxIndividualTestTimeIsSupported[0]:
    lit_config.maxIndividualTestTime = int(lit_config.params.get("timeout", 600))

llvm_bin = f"/usr/lib/llvm-{config.llvm_major}/bin"
project = os.path.dirname(config.test_source_root)
config.environment["PATH"] = os.pathsep.join([os.path.join(config.build_dir, "bin"), llvm_bin, os.environ["PATH"]])
# What `async-tidy fix` keeps for `undo`; tests of that have a folder of their own.
config.environment["XDG_STATE_HOME"] = os.path.join(config.test_exec_root, "state")
for name in ("HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
# Nobody's own cache is read or written.
config.environment["ASYNC_TIDY_CACHE_DIR"] = os.path.join(config.build_dir, "test", "cache")

plugin = os.path.join(config.build_dir, "lib", "AsyncTidy.so")
if not os.path.exists(plugin):
    lit_config.fatal(f"{plugin} is missing: build it first (./dev build)")
clang_tidy = os.path.join(llvm_bin, "clang-tidy")
if config.sanitize:
    # A module with AddressSanitizer needs its runtime first in the process; stock clang-tidy has none. LLVM itself is
    # not instrumented: it does not give back what headers of its allocators, compiled into the module, mark as poison.
    runtime = subprocess.run([os.path.join(llvm_bin, "clang"), "-print-file-name=libclang_rt.asan.so"],
                             stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    if not os.path.isabs(runtime):
        runtime = subprocess.run([os.path.join(llvm_bin, "clang"), "-print-file-name=libclang_rt.asan-x86_64.so"],
                                 stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    wrapper = os.path.join(config.build_dir, "bin", "clang-tidy")
    os.makedirs(os.path.dirname(wrapper), exist_ok=True)
    with open(wrapper, "w") as out:
        out.write("#!/bin/sh\n# Stock clang-tidy with the sanitizer's runtime loaded first.\n"
                  f"ASAN_OPTIONS=detect_leaks=0:allow_user_poisoning=0:abort_on_error=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "
                  f"LD_PRELOAD={runtime} exec {clang_tidy} \"$@\"\n")
    os.chmod(wrapper, 0o755)
    clang_tidy = wrapper
    config.available_features.add("sanitize")
    config.name += " with sanitizers"

runner = " ".join([sys.executable, os.path.join(config.test_source_root, "check_async_tidy.py"),
                   f"--clang-tidy={clang_tidy}", f"--plugin={plugin}",
                   f"--filecheck={os.path.join(llvm_bin, 'FileCheck')}",
                   f"--inputs={os.path.join(config.test_source_root, 'Inputs')}", "--temp=%t.d"])
# That fixes hold is verified with one version, that messages and fixes are the same with all.
if config.llvm_major != 22:
    runner += " --brief"
# Only the builds for LLVM 22 have the driver.
driver = os.path.join(config.build_dir, "bin", "async-tidy")
if os.path.exists(driver):
    config.available_features.add("driver")
    runner += " --driver=" + driver
    # Options of `check` that some tests of continuous integration use.
    known = subprocess.run([driver, "check", "--help"], stdout=subprocess.PIPE, text=True).stdout
    config.available_features |= {name for name in ("new-from", "baseline", "cache-dir") if f"--{name}=" in known}
if shutil.which("git") and os.path.exists(os.path.join(project, ".git")):
    config.available_features.add("checkout")
# Longer names first: lit replaces in this order, and a name may begin another.
config.substitutions += [
    ("%check_async_tidy", runner),
    ("%async_tidy", driver),
    ("%stock_clang_tidy", clang_tidy),
    ("%clang_tidy", f"{clang_tidy} --load={plugin}"),
    (r"%clang\+\+", os.path.join(llvm_bin, "clang++")),
    (r"%clang\b", os.path.join(llvm_bin, "clang")),
    ("%consistency", f"{sys.executable} {project}/test/meta/consistency.py --project={project} --clang-tidy={clang_tidy} "
                     f"--plugin={plugin} --inputs={project}/test/Inputs --temp=%t.d --real-clang={llvm_bin}/clang --driver={driver}"),
    ("%other_clang_tidy", f"clang-tidy-{41 - config.llvm_major}"),
    ("%prove", f"/usr/bin/python3 {project}/test/proof/prove.py --build={config.build_dir} --work=%t.work --color=never -j1"),
    ("%trace", f"/usr/bin/python3 {project}/driver/trace.py --driver={driver} --color=never"),
    ("%plugin", plugin),
    ("%inputs", os.path.join(config.test_source_root, "Inputs")),
    ("%project", project),
    ("%build", config.build_dir),
    ("%llvm_bin", llvm_bin),
    ("%llvm_major", str(config.llvm_major)),
    ("%python", sys.executable),
]

config.available_features.add(f"llvm-{config.llvm_major}")
if shutil.which("chromium"):
    config.available_features.add("chromium")
if os.path.exists("/usr/include/boost/asio/awaitable.hpp"):
    config.available_features.add("boost-asio")
if os.path.exists("/usr/include/asio/awaitable.hpp"):
    config.available_features.add("asio")
for tool in ("clang-tidy-14", "clang-tidy-19", "clang-tidy-22", "git", "jq", "make", "ninja", "pre-commit", "rsync", "shellcheck"):
    if shutil.which(tool):
        config.available_features.add(tool)
# Daemons that tests start for themselves; not everybody's PATH has them.
daemons = os.pathsep.join([os.environ["PATH"], "/usr/sbin"])
if shutil.which("ssh") and shutil.which("sshd", path=daemons):
    config.available_features.add("sshd")
if shutil.which("sbatch") and all(shutil.which(tool, path=daemons) for tool in ("munged", "slurmctld", "slurmd")):
    config.available_features.add("slurm")
# Others have a program of that name, too.
if shutil.which("parallel") and "GNU" in subprocess.run(["parallel", "--version"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                                        stderr=subprocess.DEVNULL, text=True).stdout:
    config.available_features.add("gnu-parallel")
# Some forbid everything but the root to mount, in whatever namespace.
if subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"],
                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
    config.available_features.add("mount")
# Some machines forbid a program to trace another.
if shutil.which("gdb") and subprocess.run(["gdb", "-nx", "-batch", "-ex", "run", "-ex", "print $_exitcode", "/bin/true"], stdin=subprocess.DEVNULL,
                                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.endswith("$1 = 0\n"):
    config.available_features.add("gdb")
if os.path.exists(os.path.join(config.build_dir, "bin", "fuzz-job-message")):
    config.available_features.add("asyncrt-fuzz")
