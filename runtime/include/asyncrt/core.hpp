// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Everything that needs no loop of its own.
#pragma once

#include <asyncrt/core/context_var.hpp>
#include <asyncrt/core/sleep.hpp>
#include <asyncrt/core/task.hpp>
#include <asyncrt/core/task_handle.hpp>
#include <asyncrt/core/yield.hpp>
