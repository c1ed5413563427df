// RUN: %check_async_tidy %s async-detached-task -check-suffix=SET -- --config="{CheckOptions: {async.KnowledgeFiles: '%S/Inputs/library.yaml', async-detached-task.AllowCastToVoid: false, async-detached-task.AllowedTasks: 'best_effort -> it only warms a cache'}}"
// RUN: %check_async_tidy %s async-detached-task -check-suffix=TEST -- --config="{CheckOptions: {async.KnowledgeFiles: '%S/Inputs/library.yaml', async-detached-task.CheckTests: true}}"

// A library that a knowledge file describes, and the options.

#include "Inputs/library.h"

using library::task;

task<> save(int row) {
  if (row < 0)
    throw library::bad_row();
  co_return;
}

task<> reads() { co_await library::read_config(); }
task<> asks_for_value() { co_await library::read_config(library::as_value()); }
task<> best_effort() { co_await save(1); }

void starts(library::pool &pool) {
  pool.run_detached(save(-1));
  // CHECK-MESSAGES-SET: :[[@LINE-1]]:3: warning: when 'save' fails, nobody learns of it: 'library::pool::run_detached' drops its exception [async-detached-task]
  // CHECK-MESSAGES-SET: :[[@LINE-11]]:5: note: 'save' throws here
  // CHECK-MESSAGES-SET: :[[@LINE-3]]:3: note: run() gives a handle
  // CHECK-MESSAGES-TEST: :[[@LINE-4]]:3: warning: when 'save' fails, nobody learns of it
  pool.run_detached(reads());
  // CHECK-MESSAGES-SET: :[[@LINE-1]]:3: warning: when 'reads' fails, nobody learns of it: 'library::pool::run_detached' drops its exception [async-detached-task]
  // CHECK-MESSAGES-SET: :[[@LINE-12]]:27: note: 'library::read_config' throws here when it fails
  // CHECK-MESSAGES-SET: :[[@LINE-3]]:3: note: run() gives a handle
  // CHECK-MESSAGES-TEST: :[[@LINE-4]]:3: warning: when 'reads' fails, nobody learns of it
  pool.run_detached(asks_for_value());
  pool.run_detached(best_effort());
  // CHECK-MESSAGES-TEST: :[[@LINE-1]]:3: warning: when 'best_effort' fails, nobody learns of it
  (void)pool.run_detached(reads());
  // CHECK-MESSAGES-SET: :[[@LINE-1]]:9: warning: when 'reads' fails, nobody learns of it: 'library::pool::run_detached' drops its exception [async-detached-task]
  // CHECK-MESSAGES-SET: :[[@LINE-20]]:27: note: 'library::read_config' throws here when it fails
  // CHECK-MESSAGES-SET: :[[@LINE-3]]:9: note: run() gives a handle
}

class some_test {
  void TestBody() {
    library::pool pool;
    pool.run_detached(reads());
    // CHECK-MESSAGES-TEST: :[[@LINE-1]]:5: warning: when 'reads' fails, nobody learns of it
  }
};
