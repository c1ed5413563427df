// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The whole runtime.
#pragma once

#include <asyncrt/core.hpp>
#include <asyncrt/io.hpp>
#include <asyncrt/loop/event_loop.hpp>
#include <asyncrt/loop/readiness.hpp>
#include <asyncrt/loop/run.hpp>
