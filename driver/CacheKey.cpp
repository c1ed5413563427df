// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Hashes commands and configurations.

#include "CacheKey.h"
#include "FileState.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Path.h"
#include <elf.h>
#include <link.h>

namespace path = llvm::sys::path;

namespace asynctidy {

void KeyBuilder::add(llvm::StringRef Text) {
  uint8_t Length[8];
  llvm::support::endian::write64le(Length, Text.size());
  Hasher.update(Length);
  Hasher.update(Text);
}

std::string KeyBuilder::take() { return llvm::toHex(Hasher.final<16>(), /*LowerCase=*/true); }

/// The linker's hash of the whole program, out of its notes.
static std::string buildId() {
  std::string Id;
  dl_iterate_phdr(
      [](dl_phdr_info *Info, size_t, void *Found) {
        for (const ElfW(Phdr) &Part : llvm::ArrayRef(Info->dlpi_phdr, Info->dlpi_phnum)) {
          if (Part.p_type != PT_NOTE)
            continue;
          llvm::StringRef Notes(reinterpret_cast<const char *>(Info->dlpi_addr + Part.p_vaddr), Part.p_memsz);
          while (Notes.size() >= sizeof(ElfW(Nhdr))) {
            ElfW(Nhdr) Note;
            memcpy(&Note, Notes.data(), sizeof Note);
            Notes = Notes.drop_front(sizeof Note);
            const llvm::StringRef Name = Notes.take_front(Note.n_namesz);
            Notes = Notes.drop_front(std::min<size_t>(llvm::alignTo(Note.n_namesz, 4), Notes.size()));
            if (Note.n_type == NT_GNU_BUILD_ID && Name == llvm::StringRef("GNU", 4))
              *static_cast<std::string *>(Found) = Notes.take_front(Note.n_descsz).str();
            Notes = Notes.drop_front(std::min<size_t>(llvm::alignTo(Note.n_descsz, 4), Notes.size()));
          }
        }
        return 1; // The first is the program itself.
      },
      &Id);
  return Id;
}

std::string programIdentity() {
  const std::string Id = buildId();
  // Somebody has stripped it: a tenth of a second for each run.
  return Id.empty() ? stateOf("/proc/self/exe") : Id;
}

/// Adds the knowledge files that \p Named, the value of an option, can mean for \p File: in the folders above it, and
/// in the working directory.
static void addKnowledge(KeyBuilder &Key, llvm::StringRef Named, llvm::StringRef File, llvm::StringRef Directory) {
  llvm::SmallVector<llvm::StringRef> Parts;
  Named.split(Parts, ';', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Part : Parts) {
    auto Add = [&](llvm::StringRef Folder) {
      llvm::SmallString<256> Candidate(Part.trim());
      path::make_absolute(Folder, Candidate);
      Key.add(stateOf(Candidate));
    };
    Add(Directory);
    if (!path::is_absolute(Part.trim()))
      for (llvm::StringRef D = path::parent_path(File); !D.empty(); D = path::parent_path(D))
        Add(D);
  }
}

std::string commandKey(const clang::tooling::CompileCommand &Command, const Configuration &Chosen,
                       llvm::StringRef Program) {
  KeyBuilder Key;
  Key.add(Program);
  Key.add(Chosen.Root);
  Key.add(Command.Directory);
  Key.add(Command.Filename);
  for (const std::string &Argument : Command.CommandLine)
    Key.add(Argument);
  // What clang's driver reads of the environment, as far as it matters without code generation and linking.
  for (const char *Variable : {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "SDKROOT", "COMPILER_PATH",
                               "CCC_OVERRIDE_OPTIONS", "SOURCE_DATE_EPOCH"}) {
    const char *Value = getenv(Variable);
    Key.add(Value ? Value : "");
  }
  // What all .clang-tidy files and the command line come to for this file, not those files: a comment in one, or a part
  // that is overridden, is of no matter.
  llvm::SmallString<256> File(Command.Filename);
  path::make_absolute(Command.Directory, File);
  const clang::tidy::ClangTidyOptions Options = makeOptions(Chosen)->getOptions(File);
  Key.add(clang::tidy::configurationAsText(Options));
  std::vector<llvm::StringRef> Knowledge;
  for (const auto &Option : Options.CheckOptions)
    if (Option.getKey().ends_with("KnowledgeFiles"))
      Knowledge.push_back(Option.getValue().Value);
  llvm::sort(Knowledge);
  for (llvm::StringRef Named : Knowledge)
    addKnowledge(Key, Named, File, Command.Directory);
  return Key.take();
}

} // namespace asynctidy
