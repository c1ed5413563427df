// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Plans, and folders of results.

#include "Shards.h"
#include "Output.h"
#include "PathMap.h"
#include "ResultIndices.h"
#include "Verb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <numeric>

namespace json = llvm::json;
using clang::tooling::CompileCommand;

namespace asynctidy {

static constexpr llvm::StringLiteral RootMark = "${ROOT}";

static std::string replaced(std::string Text, llvm::StringRef From, llvm::StringRef To) {
  for (size_t At = Text.find(From); At != std::string::npos; At = Text.find(From, At + To.size())) {
    // The root /a/b is no part of /a/bc.
    const size_t End = At + From.size();
    if (From == RootMark || End == Text.size() || !llvm::isAlnum(Text[End]))
      Text.replace(At, From.size(), To);
    else
      At = End - To.size();
  }
  return Text;
}

static CompileCommand moved(CompileCommand Command, llvm::StringRef From, llvm::StringRef To) {
  Command.Directory = replaced(std::move(Command.Directory), From, To);
  Command.Filename = replaced(std::move(Command.Filename), From, To);
  for (std::string &Argument : Command.CommandLine)
    Argument = replaced(std::move(Argument), From, To);
  return Command;
}

/// What the result of \p Job depends on, as far as a plan can tell; empty if the file cannot be read.
static std::string digest(const Plan &Whole, const PlannedJob &Job, llvm::StringRef Root) {
  const std::string File = asynctidy::fileOf(moved(Job.Command, RootMark, Root));
  auto Text = llvm::MemoryBuffer::getFile(File);
  llvm::BLAKE3 Hash;
  auto Add = [&](llvm::StringRef Part) {
    Hash.update(Part);
    Hash.update(llvm::StringRef("\0", 1));
  };
  Add(Whole.Version);
  Add(Whole.Chosen.Checks);
  Add(Whole.Chosen.Config.value_or(""));
  Add(Whole.Chosen.HeaderFilter.value_or(""));
  Add(Job.Command.Directory);
  Add(Job.Command.Filename);
  for (const std::string &Argument : Job.Command.CommandLine)
    Add(Argument);
  Add(Text ? (*Text)->getBuffer() : "missing");
  // The configuration of the file, as far as it is the project's.
  for (llvm::StringRef D = llvm::sys::path::parent_path(File); D.starts_with(Root); D = llvm::sys::path::parent_path(D))
    if (auto Options = llvm::MemoryBuffer::getFile(D + "/.clang-tidy"))
      Add((*Options)->getBuffer());
  return llvm::toHex(Hash.final<16>(), /*LowerCase=*/true);
}

bool isCurrent(const Plan &Whole, const PlannedJob &Job, llvm::StringRef Root) {
  return digest(Whole, Job, Root) == Job.Digest;
}

/// The longest job first, each to the shard that has the least to do.
static void distribute(std::vector<PlannedJob> &Jobs, unsigned Shards, const std::vector<double> &Cost) {
  std::vector<size_t> Order(Jobs.size());
  std::iota(Order.begin(), Order.end(), 0);
  llvm::sort(Order, [&](size_t A, size_t B) { return std::pair(-Cost[A], A) < std::pair(-Cost[B], B); });
  std::vector<double> Load(Shards);
  for (size_t Job : Order) {
    const auto Least = llvm::min_element(Load);
    Jobs[Job].Shard = static_cast<unsigned>(Least - Load.begin());
    *Least += Cost[Job];
  }
}

Plan makePlan(const OpenedProject &Of, unsigned Shards, const Times &Before) {
  Plan Made;
  Made.Version = ASYNC_TIDY_VERSION;
  Made.Chosen = Of.Chosen;
  Made.Chosen.Root.clear();
  Made.IsWhole = Of.Files.IsWhole;
  Made.Shards = Shards;
  std::vector<double> Cost;
  double Seconds = 0, Bytes = 0; // Of the files whose time is known, for the others.
  std::vector<uint64_t> Sizes;
  for (const CompileCommand &Command : Of.Files.Commands) {
    PlannedJob Job;
    Job.Command = moved(Command, Of.Files.Root, RootMark);
    Job.File = PathMap(Of.Files.Root, Command.Directory).get(Command.Filename);
    Job.Digest = digest(Made, Job, Of.Files.Root);
    uint64_t Size = 0;
    llvm::sys::fs::file_size(fileOf(Command), Size);
    Sizes.push_back(Size);
    const auto Known = Before.find(Job.File);
    Cost.push_back(Known == Before.end() ? -1 : Known->second);
    if (Known != Before.end())
      Seconds += Known->second, Bytes += double(Size);
    Made.Jobs.push_back(std::move(Job));
  }
  // Headers cost more than the file itself: a file of no lines takes a while too.
  constexpr double Constant = 20000;
  for (size_t I = 0; I != Cost.size(); ++I)
    if (Cost[I] < 0)
      Cost[I] = (double(Sizes[I]) + Constant) *
                (Seconds > 0 ? Seconds / (Bytes + Constant * double(Before.size())) : 1 / Constant);
  distribute(Made.Jobs, Shards, Cost);
  return Made;
}

OpenedProject openShard(const Plan &Whole, unsigned Shard, const OpenedProject &Here, std::vector<unsigned> &Numbers) {
  OpenedProject Part = Here;
  Part.Chosen = Whole.Chosen;
  Part.Chosen.Root = Here.Files.Root;
  Part.Files.Commands.clear();
  Part.Files.IsWhole = false;
  for (unsigned I = 0; I != Whole.Jobs.size(); ++I)
    if (Whole.Jobs[I].Shard == Shard) {
      Part.Files.Commands.push_back(moved(Whole.Jobs[I].Command, RootMark, Here.Files.Root));
      Numbers.push_back(I);
    }
  return Part;
}

//===-- Plans as JSON -------------------------------------------------------------------------------------------===//

static json::Value toJSON(const PlannedJob &Job) {
  return json::Object{{"file", json::fixUTF8(Job.File)},
                      {"shard", Job.Shard},
                      {"digest", Job.Digest},
                      {"directory", json::fixUTF8(Job.Command.Directory)},
                      {"source", json::fixUTF8(Job.Command.Filename)},
                      {"arguments", json::Array(llvm::map_range(Job.Command.CommandLine, [](const std::string &A) {
                         return json::Value(json::fixUTF8(A));
                       }))}};
}

static bool fromJSON(const json::Value &From, PlannedJob &Job, json::Path At) {
  json::ObjectMapper O(From, At);
  return O && O.map("file", Job.File) && O.map("shard", Job.Shard) && O.map("digest", Job.Digest) &&
         O.map("directory", Job.Command.Directory) && O.map("source", Job.Command.Filename) &&
         O.map("arguments", Job.Command.CommandLine);
}

json::Value toJSON(const Plan &Whole) {
  json::Array Jobs;
  for (const PlannedJob &Job : Whole.Jobs)
    Jobs.push_back(toJSON(Job));
  return json::Object{{"plan", Whole.Version},         {"whole", Whole.IsWhole},
                      {"shards", Whole.Shards},        {"checks", Whole.Chosen.Checks},
                      {"config", Whole.Chosen.Config}, {"header-filter", Whole.Chosen.HeaderFilter},
                      {"jobs", std::move(Jobs)}};
}

bool fromJSON(const json::Value &From, Plan &Whole, json::Path At) {
  json::ObjectMapper O(From, At);
  return O && O.map("plan", Whole.Version) && O.map("whole", Whole.IsWhole) && O.map("shards", Whole.Shards) &&
         O.map("checks", Whole.Chosen.Checks) && O.mapOptional("config", Whole.Chosen.Config) &&
         O.mapOptional("header-filter", Whole.Chosen.HeaderFilter) && O.map("jobs", Whole.Jobs);
}

std::optional<Plan> readPlan(llvm::StringRef File) {
  constexpr llvm::StringLiteral Cure = "make it again: async-tidy plan -p build --shards=N --output=plan.json";
  auto Text = llvm::MemoryBuffer::getFile(File);
  if (!Text) {
    complain(File + " cannot be read: " + Text.getError().message(), Cure);
    return std::nullopt;
  }
  Plan Read;
  json::Path::Root Where("plan");
  auto Parsed = json::parse((*Text)->getBuffer());
  if (!Parsed || !fromJSON(*Parsed, Read, Where)) {
    complain(File + " is no plan: " + llvm::toString(Parsed ? Where.getError() : Parsed.takeError()), Cure);
    return std::nullopt;
  }
  if (Read.Version != ASYNC_TIDY_VERSION) {
    complain(File + " was made by async-tidy " + Read.Version + ", and this is " ASYNC_TIDY_VERSION,
             "use one version on all machines");
    return std::nullopt;
  }
  if (Read.Shards == 0 || llvm::any_of(Read.Jobs, [&](const PlannedJob &J) { return J.Shard >= Read.Shards; })) {
    complain(File + " is no plan: a job belongs to a shard that there is not", Cure);
    return std::nullopt;
  }
  return Read;
}

//===-- Results -------------------------------------------------------------------------------------------------===//

static std::string inFolder(llvm::StringRef Folder, const llvm::Twine &Name) {
  llvm::SmallString<256> Full(Folder);
  llvm::sys::path::append(Full, Name);
  return std::string(Full);
}

std::string ResultFolder::planFile() const { return inFolder(Folder, "plan.json"); }

std::string ResultFolder::fileOf(const Plan &Whole, unsigned Job) const {
  return inFolder(Folder, llvm::formatv("{0}-{1}.json", Job, Whole.Jobs[Job].Digest).str());
}

bool ResultFolder::enter(const Plan &Whole) const {
  if (auto Problem = llvm::sys::fs::create_directories(Folder)) {
    complain(Folder + " cannot be made: " + Problem.message(), "name another folder with --results");
    return false;
  }
  if (!llvm::sys::fs::exists(planFile()))
    return write(planFile(), [&](llvm::raw_ostream &OS) { OS << llvm::formatv("{0:2}\n", toJSON(Whole)); });
  auto There = readPlan(planFile());
  if (!There)
    return false;
  if (toJSON(*There) == toJSON(Whole))
    return true;
  complain(
      Folder + " has results of another plan",
      "sources, options and the number of shards must be the same for all shards; use an empty folder for a new run");
  return false;
}

bool ResultFolder::store(const Plan &Whole, unsigned Job, const FileResult &Result) const {
  return write(fileOf(Whole, Job), [&](llvm::raw_ostream &OS) { OS << toJSON(Result) << "\n"; });
}

std::optional<FileResult> ResultFolder::load(const Plan &Whole, unsigned Job, std::string *Damage) const {
  auto Text = llvm::MemoryBuffer::getFile(fileOf(Whole, Job));
  if (!Text)
    return std::nullopt;
  auto Damaged = [&](const llvm::Twine &Reason) {
    if (Damage)
      *Damage = (fileOf(Whole, Job) + " is damaged: " + Reason).str();
    return std::nullopt;
  };
  auto Parsed = json::parse((*Text)->getBuffer());
  if (!Parsed)
    return Damaged(llvm::toString(Parsed.takeError()));
  FileResult Result;
  json::Path::Root Where("result");
  if (!fromJSON(*Parsed, Result, Where) || !verifyIndices(Result, Where))
    return Damaged(llvm::toString(Where.getError()));
  if (Result.File != Whole.Jobs[Job].File)
    return Damaged("it is of " + (Result.File.empty() ? "no file" : Result.File) + ", not of " + Whole.Jobs[Job].File);
  if (Result.How > FileResult::Outcome::Misconfigured)
    return Damaged("there is no such outcome");
  return Result;
}

bool ResultFolder::verify(const Plan &Whole) const {
  std::error_code Problem;
  for (llvm::sys::fs::directory_iterator I(Folder, Problem), End; !Problem && I != End; I.increment(Problem)) {
    const llvm::StringRef Name = llvm::sys::path::filename(I->path());
    const auto [Number, Digest] = Name.split('-');
    unsigned Job = 0;
    // What was being written when a machine died has one more suffix.
    if (!Digest.ends_with(".json") || Number.getAsInteger(10, Job))
      continue;
    std::string Wrong;
    if (Job >= Whole.Jobs.size())
      Wrong = "the plan has " + std::to_string(Whole.Jobs.size()) + " files, counted from 0";
    else if (Digest.drop_back(5) != Whole.Jobs[Job].Digest)
      Wrong = "in the plan, " + std::to_string(Job) + " is " + Whole.Jobs[Job].File + " as " + Whole.Jobs[Job].Digest;
    if (Wrong.empty())
      continue;
    complain(I->path() + " is no result of this plan: " + Wrong,
             "results of different runs do not mix: delete it, or run all shards again into an empty folder");
    return false;
  }
  return true;
}

} // namespace asynctidy
