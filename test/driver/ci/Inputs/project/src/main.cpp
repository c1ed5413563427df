// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Needs what is generated for the library.
#include "table.h"

int main() { return first_price; }
