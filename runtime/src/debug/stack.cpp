// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Stacks by the unwinder, names by the dynamic and the static symbol tables.
#include <asyncrt/debug/stack.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <memory>
#include <span>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace asyncrt::debug {

namespace {

/// A file of the program, mapped to be read; empty when that is not possible.
class mapped_file {
public:
  explicit mapped_file(const char *path) noexcept {
    const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
    struct stat s;
    if (fd >= 0 && ::fstat(fd, &s) == 0 && s.st_size > 0) {
      size_ = static_cast<std::size_t>(s.st_size);
      data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    if (fd >= 0)
      ::close(fd);
  }
  mapped_file(const mapped_file &) = delete;
  mapped_file &operator=(const mapped_file &) = delete;
  ~mapped_file() {
    if (data_ != MAP_FAILED)
      ::munmap(data_, size_);
  }

  /// \p count objects at \p offset; empty when the file is shorter.
  template <class T> std::span<const T> at(std::uint64_t offset, std::uint64_t count) const noexcept {
    if (data_ == MAP_FAILED || offset > size_ || count > (size_ - offset) / sizeof(T))
      return {};
    return {reinterpret_cast<const T *>(static_cast<const char *>(data_) + offset), static_cast<std::size_t>(count)};
  }

private:
  void *data_ = MAP_FAILED;
  std::size_t size_ = 0;
};

/// The function at \p offset, an address as the file has it, in the file's full symbol table; empty when there is none.
/// It is handed to \p use, as long as the file is mapped. Does not allocate.
template <class Use> auto local_symbol(const char *path, std::uint64_t offset, Use use) {
  const mapped_file file(path);
  const auto headers = file.at<ElfW(Ehdr)>(0, 1);
  if (headers.empty() || std::memcmp(headers[0].e_ident, ELFMAG, SELFMAG) != 0)
    return use(std::string_view());
  const auto sections = file.at<ElfW(Shdr)>(headers[0].e_shoff, headers[0].e_shnum);
  for (const ElfW(Shdr) &table : sections) {
    if (table.sh_type != SHT_SYMTAB || table.sh_link >= sections.size())
      continue;
    const ElfW(Shdr) &names = sections[table.sh_link];
    for (const ElfW(Sym) &symbol : file.at<ElfW(Sym)>(table.sh_offset, table.sh_size / sizeof(ElfW(Sym)))) {
      if ((symbol.st_info & 0xf) != STT_FUNC || offset < symbol.st_value ||
          offset >= symbol.st_value + symbol.st_size || symbol.st_name >= names.sh_size)
        continue;
      const auto text = file.at<char>(names.sh_offset + symbol.st_name, names.sh_size - symbol.st_name);
      return use(std::string_view(text.data(), ::strnlen(text.data(), text.size())));
    }
  }
  return use(std::string_view());
}

std::string demangled(const std::string &name) {
  int status = 0;
  char *text = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  std::string result = text ? text : name;
  std::free(text);
  return result;
}

/// Without links; \p path itself when it is no file.
std::string full_path(const char *path) {
  const std::unique_ptr<char, void (*)(void *)> full(::realpath(path, nullptr), std::free);
  return full ? full.get() : path;
}

} // namespace

[[gnu::noinline]] stack capture_stack(unsigned skip) noexcept {
  stack s;
  const int size = ::backtrace(s.frames, static_cast<int>(stack::most));
  // This function comes first, and under sanitizers what they put in front of backtrace().
  void **const end = s.frames + std::max(size, 0);
  void **first = std::find(s.frames, end, __builtin_return_address(0));
  first += std::min<std::ptrdiff_t>(skip, end - first);
  s.size = static_cast<std::size_t>(std::copy(first, end, s.frames) - s.frames);
  return s;
}

void prepare_stacks() noexcept {
  void *frame;
  ::backtrace(&frame, 1);
}

code_place look_up(void *address) {
  // A return address may be the first one of the next function.
  const std::uintptr_t call = reinterpret_cast<std::uintptr_t>(address) - 1;
  Dl_info info;
  link_map *map = nullptr;
  if (!::dladdr1(reinterpret_cast<void *>(call), &info, reinterpret_cast<void **>(&map), RTLD_DL_LINKMAP) || !map)
    return {{}, {}, call};
  // The program itself has no name there.
  code_place place{{}, full_path(*map->l_name ? map->l_name : "/proc/self/exe"), call - map->l_addr};
  place.function =
      local_symbol(place.module.c_str(), place.offset, [](std::string_view name) { return std::string(name); });
  if (place.function.empty() && info.dli_sname)
    place.function = info.dli_sname;
  place.function = demangled(place.function);
  return place;
}

bool in_standard_library(void *address) noexcept {
  const std::uintptr_t call = reinterpret_cast<std::uintptr_t>(address) - 1;
  Dl_info info;
  link_map *map = nullptr;
  if (!::dladdr1(reinterpret_cast<void *>(call), &info, reinterpret_cast<void **>(&map), RTLD_DL_LINKMAP) || !map)
    return false;
  return local_symbol(*map->l_name ? map->l_name : "/proc/self/exe", call - map->l_addr, [&](std::string_view name) {
    if (name.empty() && info.dli_sname)
      name = info.dli_sname;
    // Of a member function: _ZN, its qualifiers, and St or one of the short names of standard classes; of what is local
    // to a function: a Z more.
    if (!name.starts_with("_Z"))
      return false;
    name.remove_prefix(std::min(name.find_first_not_of('Z', 1), name.size()));
    if (name.find("__gthr") < 4) // A function of one of the library's own headers: L, the length of its name, that.
      return true;
    if (name.starts_with('N'))
      name.remove_prefix(std::min(name.find_first_not_of("KVRO", 1), name.size()));
    return name.starts_with("9__gnu_cxx") ||
           (name.size() > 1 && name[0] == 'S' && std::string_view("tabsiod").find(name[1]) != std::string_view::npos);
  });
}

std::string describe(void *address) {
  const code_place place = look_up(address);
  char text[64];
  if (place.module.empty()) {
    std::snprintf(text, sizeof text, "%p", address);
    return text;
  }
  std::snprintf(text, sizeof text, "+0x%llx)", static_cast<unsigned long long>(place.offset));
  return (place.function.empty() ? "?" : place.function) + " (" + place.module.substr(place.module.rfind('/') + 1) +
         text;
}

} // namespace asyncrt::debug
