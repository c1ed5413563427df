// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Everything that needs no loop of its own. Each primitive has a header, which can be included alone.
#pragma once

#include <asyncrt/core/as_completed.hpp>
#include <asyncrt/core/as_result.hpp>
#include <asyncrt/core/async_generator.hpp>
#include <asyncrt/core/channel.hpp>
#include <asyncrt/core/condition.hpp>
#include <asyncrt/core/context_var.hpp>
#include <asyncrt/core/counting_scope.hpp>
#include <asyncrt/core/event.hpp>
#include <asyncrt/core/finally.hpp>
#include <asyncrt/core/future.hpp>
#include <asyncrt/core/generator.hpp>
#include <asyncrt/core/latch.hpp>
#include <asyncrt/core/max_concurrent.hpp>
#include <asyncrt/core/mutex.hpp>
#include <asyncrt/core/rate_limiter.hpp>
#include <asyncrt/core/retry.hpp>
#include <asyncrt/core/semaphore.hpp>
#include <asyncrt/core/sleep.hpp>
#include <asyncrt/core/task.hpp>
#include <asyncrt/core/task_group.hpp>
#include <asyncrt/core/task_handle.hpp>
#include <asyncrt/core/this_task.hpp>
#include <asyncrt/core/timeout.hpp>
#include <asyncrt/core/unstoppable.hpp>
#include <asyncrt/core/wait_for.hpp>
#include <asyncrt/core/when_all.hpp>
#include <asyncrt/core/when_any.hpp>
#include <asyncrt/core/yield.hpp>
