// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// codec<T>: how values travel to worker processes and back.
///
/// Both ends are the same program on the same machine, so bytes are copied as they are. Types that are trivially
/// copyable (and no pointers), strings, vectors, pairs and tuples have a codec; others are given one by specialising
/// asyncrt::codec:
///
///     template <> struct asyncrt::codec<person> {
///       static void encode(job_writer &out, const person &p) { out.values(p.name, p.age); }
///       static person decode(job_reader &in) {
///         auto name = in.value<std::string>();
///         return {std::move(name), in.value<int>()};
///       }
///     };
///
/// Both may throw: the await of the job does then, with that exception where it is thrown on this side, and with a
/// remote_error where the worker met it. A codec writes at least one byte.
#pragma once

#include <asyncrt/exec/error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace asyncrt {

template <class T> struct codec;

/// At most so many descriptors travel with one job or one result.
inline constexpr std::size_t most_descriptors = 16;

/// Where a codec writes to. Not thread-safe.
class job_writer {
public:
  job_writer() = default;
  job_writer(const job_writer &) = delete;
  job_writer &operator=(const job_writer &) = delete;
  ~job_writer() { clear(); }

  /// Appends \p size bytes.
  void bytes(const void *data, std::size_t size) {
    if (size)
      data_.insert(data_.end(), static_cast<const std::byte *>(data), static_cast<const std::byte *>(data) + size);
  }
  /// Appends values by their codecs, one after the other.
  template <class... Ts> void values(const Ts &...values) { (codec<Ts>::encode(*this, values), ...); }
  /// Sends a duplicate of \p fd along. Throws std::system_error if it cannot be duplicated, codec_error if there are
  /// most_descriptors already.
  void descriptor(int fd);

  std::span<const std::byte> data() const noexcept { return data_; }
  std::span<const int> descriptors() const noexcept { return {descriptors_.data(), count_}; }
  /// Forgets what was written, and closes the duplicates. Memory is kept, up to a megabyte.
  void clear() noexcept;

private:
  std::vector<std::byte> data_;
  std::array<int, most_descriptors> descriptors_{};
  std::size_t count_ = 0;
};

/// Where a codec reads from. Not thread-safe.
class job_reader {
public:
  /// Reads \p data, which must stay, and owns \p descriptors, of which it takes at most most_descriptors.
  explicit job_reader(std::span<const std::byte> data, std::span<const int> descriptors = {}) noexcept;
  job_reader(const job_reader &) = delete;
  job_reader &operator=(const job_reader &) = delete;
  /// Closes the descriptors that nobody took.
  ~job_reader();

  /// The next \p size bytes. Throws codec_error if there are fewer.
  const std::byte *bytes(std::size_t size) {
    if (size > rest_.size())
      throw codec_error("a message of a job ends early");
    const std::byte *data = rest_.data();
    rest_ = rest_.subspan(size);
    return data;
  }
  /// The next value, by its codec.
  template <class T> T value() { return codec<T>::decode(*this); }
  /// How many elements follow: a number that was written as std::uint64_t, and is no more than bytes are left.
  std::size_t count() {
    const auto count = value<std::uint64_t>();
    if (count > rest_.size())
      throw codec_error("a message of a job has fewer elements than it says");
    return count;
  }
  /// The next descriptor, which belongs to the caller. Throws codec_error if there is none.
  int descriptor() {
    if (taken_ == count_)
      throw codec_error("a message of a job lacks a descriptor");
    return descriptors_[taken_++];
  }
  std::size_t left() const noexcept { return rest_.size(); }
  /// Throws codec_error if something has not been read.
  void finish() const {
    if (!rest_.empty())
      throw codec_error("a message of a job is longer than its values");
  }

private:
  std::span<const std::byte> rest_;
  std::array<int, most_descriptors> descriptors_{};
  std::size_t count_ = 0;
  std::size_t taken_ = 0;
};

namespace detail {

/// What may be copied byte by byte into another process.
template <class T>
concept plain = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> && !std::is_member_pointer_v<T> &&
                !std::is_reference_v<T> && !std::is_same_v<T, bool>;

template <class T>
concept tuple_like = !std::is_trivially_copyable_v<T> && requires { std::tuple_size<T>::value; };

} // namespace detail

template <detail::plain T> struct codec<T> {
  static void encode(job_writer &out, const T &value) { out.bytes(&value, sizeof value); }
  static T decode(job_reader &in) {
    struct raw {
      std::byte bytes[sizeof(T)];
    } copy;
    std::memcpy(copy.bytes, in.bytes(sizeof(T)), sizeof(T));
    return __builtin_bit_cast(T, copy);
  }
};

template <> struct codec<bool> {
  static void encode(job_writer &out, bool value) { out.values(static_cast<unsigned char>(value)); }
  static bool decode(job_reader &in) {
    const auto value = in.value<unsigned char>();
    if (value > 1)
      throw codec_error("a message of a job has a bool that is neither true nor false");
    return value;
  }
};

template <> struct codec<std::string> {
  static void encode(job_writer &out, const std::string &s) {
    out.values(std::uint64_t{s.size()});
    out.bytes(s.data(), s.size());
  }
  static std::string decode(job_reader &in) {
    const std::size_t size = in.count();
    return {reinterpret_cast<const char *>(in.bytes(size)), size};
  }
};

template <class T> struct codec<std::vector<T>> {
  static void encode(job_writer &out, const std::vector<T> &v) {
    out.values(std::uint64_t{v.size()});
    if constexpr (detail::plain<T>)
      out.bytes(v.data(), v.size() * sizeof(T));
    else
      for (const T &value : v)
        out.values(value);
  }
  static std::vector<T> decode(job_reader &in) {
    std::size_t count = in.count();
    if constexpr (detail::plain<T> && std::is_default_constructible_v<T>) {
      if (count > in.left() / sizeof(T))
        throw codec_error("a message of a job has fewer elements than it says");
      std::vector<T> v(count);
      if (count)
        std::memcpy(static_cast<void *>(v.data()), in.bytes(count * sizeof(T)), count * sizeof(T));
      return v;
    } else {
      std::vector<T> v;
      for (; count; --count)
        v.push_back(in.value<T>());
      return v;
    }
  }
};

/// Pairs, tuples, and arrays of what is not trivially copyable.
template <detail::tuple_like T> struct codec<T> {
  static void encode(job_writer &out, const T &t) {
    std::apply([&out](const auto &...parts) { out.values(parts...); }, t);
  }
  static T decode(job_reader &in) {
    return [&in]<std::size_t... I>(std::index_sequence<I...>) {
      return T{in.value<std::tuple_element_t<I, T>>()...}; // Braces: from left to right.
    }(std::make_index_sequence<std::tuple_size_v<T>>());
  }
};

} // namespace asyncrt
