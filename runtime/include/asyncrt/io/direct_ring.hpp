// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What direct.hpp needs of io_uring: one ring with a table of direct descriptors and a pool of buffers.
#pragma once

#include <asyncrt/core/ring.hpp>
#include <asyncrt/loop/reactor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace asyncrt::detail {

/// What a ring is asked to do; part of an await. `on_done` is called with the result of the system call of that name,
/// or with a negative errno. In the ring of those who wait for a buffer while there is none.
struct direct_operation : io_operation, ring_link<class direct_ring> {
  enum class kind : unsigned char {
    accept, ///< On the descriptor `number`; the result is a slot.
    recv,   ///< On the slot `number`; done, `data` is the buffer, to be given back, or null when the result is no size.
    send,   ///< On the slot `number`: `size` bytes at `data`.
  };
  direct_operation(function done, kind what, int number) noexcept : io_operation(done), number(number), what(what) {}
  direct_operation(direct_operation &&) = default;

  const char *data = nullptr;
  std::uint32_t size = 0;
  int number;
  kind what;
  bool under_way = false; ///< From start() until `on_done` is called, or cancel() gives true.
  bool cancelled = false; ///< For the ring: cancel() gave false.
  std::uint64_t turn = 0; ///< For the ring: its place among those for whom there was no buffer; zero before that.
};

/// One ring. Belongs to one loop, from the first start() until that is destroyed. Loop thread only.
class direct_ring {
public:
  virtual ~direct_ring() = default;

  /// For how many further connections accept has a slot.
  virtual unsigned room() noexcept = 0;
  /// Begins \p op; it is handed to the kernel when \p on waits. Zero, or a negative errno: `on_done` is not called.
  /// -EBUSY when another one of its kind is under way on that slot.
  virtual int start(direct_operation &op, reactor &on) noexcept = 0;
  /// True: \p op is forgotten. False: `on_done` will be called, with -ECANCELED or with its result.
  virtual bool cancel(direct_operation &op) noexcept = 0;
  /// Frees a slot, and with it the connection, at once. Traps when something is under way on it.
  virtual void close(int slot) noexcept = 0;
  /// Gives back the buffer that begins at \p data.
  virtual void give_back(const char *data) noexcept = 0;
};

/// Makes a ring with \p slots direct descriptors, and \p buffers buffers (a power of two) of \p buffer_size bytes.
/// std::system_error "io_uring".
std::unique_ptr<direct_ring> make_direct_ring(unsigned slots, unsigned buffers, unsigned buffer_size);

} // namespace asyncrt::detail
