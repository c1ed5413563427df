// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The whole runtime.
#pragma once

#include <asyncrt/core.hpp>
#include <asyncrt/exec/bulk.hpp>
#include <asyncrt/exec/offload.hpp>
#include <asyncrt/exec/process_pool.hpp>
#include <asyncrt/exec/shared_region.hpp>
#include <asyncrt/exec/thread_pool.hpp>
#include <asyncrt/io.hpp>
#include <asyncrt/loop/event_loop.hpp>
#include <asyncrt/loop/readiness.hpp>
#include <asyncrt/loop/run.hpp>
