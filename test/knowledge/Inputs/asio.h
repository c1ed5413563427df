// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the entries of asio.yaml with `exists: mock` name and Debian's headers do not declare: Asio 1.30 has them, needs
// io_uring or Boost.Coroutine for them, or only one of the two spellings is packaged in a version that has them.
#define DECLARATIONS                                                                                                   \
  template <class... T> class basic_file {                                                                             \
  public:                                                                                                              \
    void open(const char *path, int flags);                                                                            \
    void sync_all();                                                                                                   \
    void sync_data();                                                                                                  \
    void resize(unsigned long long size);                                                                              \
  };                                                                                                                   \
  template <class... T> class basic_stream_file : public basic_file<T...> {                                            \
  public:                                                                                                              \
    template <class B> unsigned long read_some(const B &);                                                             \
    template <class B> unsigned long write_some(const B &);                                                            \
    template <class B, class Token> auto async_read_some(const B &, Token &&);                                         \
    template <class B, class Token> auto async_write_some(const B &, Token &&);                                        \
  };                                                                                                                   \
  template <class... T> class basic_random_access_file : public basic_file<T...> {                                     \
  public:                                                                                                              \
    template <class B> unsigned long read_some_at(unsigned long long, const B &);                                      \
    template <class B> unsigned long write_some_at(unsigned long long, const B &);                                     \
    template <class B, class Token> auto async_read_some_at(unsigned long long, const B &, Token &&);                  \
    template <class B, class Token> auto async_write_some_at(unsigned long long, const B &, Token &&);                 \
  };                                                                                                                   \
  template <class Executor, class Function, class Token> auto spawn(const Executor &, Function &&, Token &&);         \
  template <class Token, class... V> auto consign(Token &&, V &&...);                                                  \
  template <class Token, class... V> auto append(Token &&, V &&...);                                                   \
  template <class Token, class... V> auto prepend(Token &&, V &&...);                                                  \
  template <class Token> class as_tuple_t {                                                                            \
  public:                                                                                                              \
    explicit as_tuple_t(Token);                                                                                        \
  };                                                                                                                   \
  template <class Token> as_tuple_t<Token> as_tuple(Token &&);                                                         \
  template <class Signature, class Initiation, class... A> class deferred_async_operation {};                          \
  template <class T> class awaitable {};                                                                               \
  namespace error {                                                                                                    \
  enum basic_errors { operation_aborted };                                                                             \
  }                                                                                                                    \
  namespace experimental {                                                                                             \
  template <class Token> auto as_tuple(Token &&);                                                                      \
  template <class Token> class as_tuple_t {                                                                            \
  public:                                                                                                              \
    explicit as_tuple_t(Token);                                                                                        \
  };                                                                                                                   \
  template <class Signature, class Initiation, class... A> class deferred_async_operation {};                          \
  template <class Yield, class Return, class Executor> class coro {};                                                  \
  template <class Signature, class Executor> class promise {};                                                         \
  template <class... T> class basic_channel {                                                                          \
  public:                                                                                                              \
    template <class Token> auto async_receive(Token &&);                                                               \
  };                                                                                                                   \
  template <class... T> class basic_concurrent_channel {                                                               \
  public:                                                                                                              \
    template <class Token> auto async_receive(Token &&);                                                               \
  };                                                                                                                   \
  namespace detail {                                                                                                   \
  template <class... T> class channel_send_functions {                                                                 \
  public:                                                                                                              \
    template <class Token> auto async_send(int, Token &&);                                                             \
  };                                                                                                                   \
  }                                                                                                                    \
  }

namespace boost {
namespace asio {
DECLARATIONS
}
} // namespace boost
namespace asio {
DECLARATIONS
}
namespace std {
class system_error {};
} // namespace std
