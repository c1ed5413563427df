#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""same_options.py DEFAULT CHOSEN WRITTEN: what was written is each option with its default."""
import sys

import yaml

default, chosen, written = (yaml.safe_load(open(name, encoding="utf-8"))["CheckOptions"] for name in sys.argv[1:])
# clang-tidy dumps only what begins with the name of a check.
ours = {key for key in default if key.startswith("async-")}
if {key: default[key] for key in ours} != {key: chosen[key] for key in ours}:
    sys.exit(f"default: {default}\nchosen: {chosen}")
if not ours or ours | {"async.KnowledgeFiles"} != set(written):
    sys.exit(f"not written, or of no check: {ours ^ set(written)}")
