// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the entries of std.yaml with `exists: mock` name: C++23 members that libstdc++ 12 does not have, and libc++'s
// own spellings (libc++ 22).
namespace std {
inline namespace __1 {

template <class T> struct future {
  void wait() const;
  template <class Duration> int wait_for(const Duration &) const;
  template <class Time> int wait_until(const Time &) const;
};
template <class T> struct shared_future {
  void wait() const;
  template <class Duration> int wait_for(const Duration &) const;
  template <class Time> int wait_until(const Time &) const;
};
template <class T> struct atomic_ref {
  void wait(T old) const;
};

template <class T, class E> struct expected {
  template <class F> auto and_then(F &&f);
  template <class F> auto or_else(F &&f);
  template <class F> auto transform(F &&f);
  template <class F> auto transform_error(F &&f);
};

namespace ranges {
#define ALGORITHM(NAME)                                                                                                \
  struct NAME {                                                                                                        \
    template <class Range, class Function> void operator()(Range &&range, Function function) const;                   \
  };
ALGORITHM(__all_of)
ALGORITHM(__any_of)
ALGORITHM(__none_of)
ALGORITHM(__for_each)
ALGORITHM(__find_if)
ALGORITHM(__find_if_not)
ALGORITHM(__count_if)
ALGORITHM(__copy_if)
ALGORITHM(__transform)
ALGORITHM(__generate)
ALGORITHM(__remove_if)
ALGORITHM(__sort)
ALGORITHM(__stable_sort)
ALGORITHM(__partition)
ALGORITHM(__min_element)
ALGORITHM(__max_element)
#undef ALGORITHM
} // namespace ranges

} // namespace __1
} // namespace std
