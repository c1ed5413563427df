// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A bridge between code with coroutines and code without.
#pragma once

#include <asyncrt/loop/run.hpp>

#include <utility>

/// The result of \p work, for functions that are no coroutines.
template <class T> T block_on(asyncrt::task<T> work) { return asyncrt::run(std::move(work)); }
