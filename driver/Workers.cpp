// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Starts worker processes, hands them jobs, and buries those that crash or hang.

#include "Workers.h"
#include "Engine.h"
#include "Interrupt.h"
#include "PathMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <numeric>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
namespace json = llvm::json;
using Clock = std::chrono::steady_clock;

namespace asynctidy {
namespace {

/// A worker that has grown beyond this is replaced by a fresh one, in KiB.
constexpr long MaxResidentKiB = 2L << 20;
/// The exit code of one that has, or whose input was closed.
constexpr int RetiredCode = 0;

json::Value toJSON(const Job &What) {
  json::Array Overlay;
  for (const auto &[File, Text] : What.Overlay)
    Overlay.push_back(json::Array{File, llvm::toHex(Text)});
  // Paths and arguments may be any bytes.
  json::Array Arguments;
  for (const std::string &Argument : What.Command.CommandLine)
    Arguments.push_back(llvm::toHex(Argument));
  return json::Object{{"directory", llvm::toHex(What.Command.Directory)},
                      {"file", llvm::toHex(What.Command.Filename)},
                      {"arguments", std::move(Arguments)},
                      {"overlay", std::move(Overlay)}};
}

std::string fromHexField(const json::Value *Field) {
  const auto Text = Field ? Field->getAsString() : std::nullopt;
  return Text ? llvm::fromHex(*Text) : std::string();
}

Job jobFromJSON(const json::Object &From) {
  Job What;
  What.Command.Directory = fromHexField(From.get("directory"));
  What.Command.Filename = fromHexField(From.get("file"));
  if (const json::Array *Arguments = From.getArray("arguments"))
    for (const json::Value &Argument : *Arguments)
      What.Command.CommandLine.push_back(fromHexField(&Argument));
  if (const json::Array *Overlay = From.getArray("overlay"))
    for (const json::Value &File : *Overlay)
      if (const json::Array *Pair = File.getAsArray(); Pair && Pair->size() == 2)
        What.Overlay.emplace_back((*Pair)[0].getAsString().value_or("").str(), fromHexField(&(*Pair)[1]));
  return What;
}

json::Value toJSON(const Configuration &Chosen) {
  return json::Object{{"root", Chosen.Root},
                      {"checks", Chosen.Checks},
                      {"config", Chosen.Config},
                      {"header-filter", Chosen.HeaderFilter}};
}

bool fromJSON(const json::Value &From, Configuration &Chosen, json::Path At) {
  json::ObjectMapper O(From, At);
  return O && O.map("root", Chosen.Root) && O.map("checks", Chosen.Checks) && O.mapOptional("config", Chosen.Config) &&
         O.mapOptional("header-filter", Chosen.HeaderFilter);
}

/// "900", "0.5".
std::string shown(double Seconds) {
  std::string Text;
  llvm::raw_string_ostream(Text) << llvm::format("%g", Seconds);
  return Text;
}

std::string line(const json::Value &V) { return llvm::formatv("{0}\n", V).str(); }

/// One process and what it is busy with.
class Worker {
public:
  explicit Worker(const Configuration &Chosen) {
    int Jobs[2], Answers[2];
    if (pipe2(Jobs, O_CLOEXEC) || pipe2(Answers, O_CLOEXEC))
      return;
    Said = memfd_create("async-tidy-worker", MFD_CLOEXEC);
    posix_spawn_file_actions_t Files;
    posix_spawn_file_actions_init(&Files);
    posix_spawn_file_actions_adddup2(&Files, Jobs[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&Files, Answers[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&Files, Said, STDERR_FILENO);
    posix_spawnattr_t Attributes;
    posix_spawnattr_init(&Attributes);
    // What a terminal sends to its foreground processes is for us to pass on.
    posix_spawnattr_setflags(&Attributes, POSIX_SPAWN_SETPGROUP);
    char Name[] = "async-tidy", Verb[] = "worker";
    char *Arguments[] = {Name, Verb, nullptr};
    if (posix_spawn(&Process, "/proc/self/exe", &Files, &Attributes, Arguments, environ))
      Process = -1;
    posix_spawnattr_destroy(&Attributes);
    posix_spawn_file_actions_destroy(&Files);
    close(Jobs[0]);
    close(Answers[1]);
    To = Jobs[1];
    From = Answers[0];
    fcntl(From, F_SETFL, O_NONBLOCK);
    send(line(toJSON(Chosen)));
  }
  ~Worker() {
    if (Process > 0) {
      kill(Process, SIGKILL);
      waitpid(Process, nullptr, 0);
    }
    for (int File : {To, From, Said})
      if (File >= 0)
        close(File);
  }
  Worker(const Worker &) = delete;
  Worker &operator=(const Worker &) = delete;

  bool isRunning() const { return Process > 0; }
  bool isBusy() const { return Number.has_value(); }
  size_t number() const { return *Number; }
  int answers() const { return From; }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - Begun).count(); }

  void begin(size_t Which, const Job &What) {
    Number = Which;
    Begun = Clock::now();
    Answer.clear();
    if (ftruncate(Said, 0) == 0)
      lseek(Said, 0, SEEK_SET);
    send(line(toJSON(What))); // If it has died, that is seen when its answer is read.
  }

  /// Reads what there is: the answer when it is complete; \p Ended when there will be none.
  std::optional<std::string> read(bool &Ended) {
    char Buffer[1 << 16];
    for (;;) {
      const ssize_t Got = ::read(From, Buffer, sizeof Buffer);
      if (Got > 0) {
        Answer.append(Buffer, static_cast<size_t>(Got));
        continue;
      }
      Ended = Got == 0 || (errno != EAGAIN && errno != EINTR);
      break;
    }
    if (Answer.empty() || Answer.back() != '\n')
      return std::nullopt;
    Number.reset();
    HasAnswered = true;
    return std::move(Answer);
  }

  /// Waits for the end of a process that has closed its output; how it ended, in a line, or empty if it had retired
  /// before it came to its job.
  std::string bury() {
    int Status = 0;
    waitpid(Process, &Status, 0);
    Process = -1;
    // One that has not answered anything had no reason to retire: something in the job ends processes.
    if (HasAnswered && WIFEXITED(Status) && WEXITSTATUS(Status) == RetiredCode)
      return {};
    std::string Why = WIFSIGNALED(Status) ? "clang ended with " + std::string(strsignal(WTERMSIG(Status)))
                                          : "clang ended with exit code " + std::to_string(WEXITSTATUS(Status));
    std::string Text(1 << 16, '\0');
    const ssize_t Length = pread(Said, Text.data(), Text.size(), 0);
    Text.resize(Length > 0 ? static_cast<size_t>(Length) : 0);
    // clang tells what it was at: the last numbered line of its stack dump.
    llvm::SmallVector<llvm::StringRef> Lines;
    llvm::StringRef(Text).split(Lines, '\n', -1, /*KeepEmpty=*/false);
    llvm::StringRef At, Last;
    for (llvm::StringRef Line : Lines) {
      if (Line.size() > 2 && llvm::isDigit(Line[0]) && Line.drop_while(llvm::isDigit).starts_with(".\t"))
        At = Line.split('\t').second;
      if (Line.contains("LLVM ERROR") || Line.contains("Assertion") || Line.contains("fatal error"))
        Last = Line;
    }
    if (!Last.empty())
      Why += ": " + Last.str();
    if (!At.empty() && !At.starts_with("Program arguments"))
      Why += ", at " + At.str();
    return Why + "; if clang++-" + std::to_string(LLVM_VERSION_MAJOR) + " compiles the file, please report this";
  }

private:
  void send(llvm::StringRef Text) {
    while (!Text.empty()) {
      const ssize_t Sent = write(To, Text.data(), Text.size());
      if (Sent < 0 && errno == EINTR)
        continue;
      if (Sent <= 0)
        return;
      Text = Text.drop_front(static_cast<size_t>(Sent));
    }
  }

  pid_t Process = -1;
  int To = -1, From = -1, Said = -1;
  std::optional<size_t> Number;
  bool HasAnswered = false;
  Clock::time_point Begun;
  std::string Answer;
};

FileResult failed(const Job &What, const Configuration &Chosen, FileResult::Outcome How, std::string Reason) {
  FileResult Result;
  Result.File = PathMap(Chosen.Root, What.Command.Directory).get(What.Command.Filename);
  Result.How = How;
  Result.Reason = std::move(Reason);
  return Result;
}

FileResult understand(llvm::StringRef Answer, const Job &What, const Configuration &Chosen) {
  FileResult Result;
  auto Parsed = json::parse(Answer);
  json::Path::Root Where("answer");
  if (Parsed && fromJSON(*Parsed, Result, Where))
    return Result;
  return failed(What, Chosen, FileResult::Outcome::Crashed,
                "its worker gave no answer: " + llvm::toString(Parsed ? Where.getError() : Parsed.takeError()));
}

} // namespace

bool analyseAll(llvm::ArrayRef<Job> Jobs, const Configuration &Chosen, const WorkerOptions &Options,
                llvm::function_ref<void(size_t)> Started, llvm::function_ref<void(size_t, FileResult)> Done) {
  InterruptWatch Watch;
  std::vector<std::unique_ptr<Worker>> Workers(std::min<size_t>(Options.Jobs, Jobs.size()));
  std::deque<size_t> Waiting(Jobs.size());
  std::iota(Waiting.begin(), Waiting.end(), 0);
  size_t Finished = 0;
  while (Finished != Jobs.size() && !InterruptWatch::interrupted()) {
    std::vector<pollfd> Polled;
    for (std::unique_ptr<Worker> &W : Workers) {
      if (!Waiting.empty() && (!W || !W->isBusy())) {
        const size_t Next = Waiting.front();
        Waiting.pop_front();
        if (!W)
          W = std::make_unique<Worker>(Chosen);
        Started(Next);
        if (!W->isRunning()) {
          ++Finished;
          Done(Next, failed(Jobs[Next], Chosen, FileResult::Outcome::Crashed,
                            "no worker could be started: " + std::string(strerror(errno))));
          W.reset();
          continue;
        }
        W->begin(Next, Jobs[Next]);
      }
      if (W && W->isBusy())
        Polled.push_back({W->answers(), POLLIN, 0});
    }
    if (Polled.empty())
      continue;
    poll(Polled.data(), Polled.size(), 100);
    for (std::unique_ptr<Worker> &W : Workers) {
      if (!W || !W->isBusy())
        continue;
      const size_t Number = W->number();
      bool Ended = false;
      if (auto Answer = W->read(Ended)) {
        ++Finished;
        Done(Number, understand(*Answer, Jobs[Number], Chosen));
        if (Ended)
          W.reset();
      } else if (Ended) {
        const std::string Why = W->bury();
        W.reset();
        if (Why.empty()) {
          Waiting.push_front(Number);
          continue;
        }
        ++Finished;
        Done(Number, failed(Jobs[Number], Chosen, FileResult::Outcome::Crashed, Why));
      } else if (W->seconds() > Options.TimeLimit) {
        ++Finished;
        Done(Number, failed(Jobs[Number], Chosen, FileResult::Outcome::TimedOut,
                            "not done after " + shown(Options.TimeLimit) + " s; --timeout gives it longer"));
        W.reset();
      }
    }
  }
  return Finished == Jobs.size();
}

int runWorker() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Answers have standard output for themselves: whatever else is printed goes elsewhere.
  const int Answers = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  llvm::raw_fd_ostream Out(Answers, /*shouldClose=*/true);
  Configuration Chosen;
  bool Configured = false;
  char *Text = nullptr;
  size_t Capacity = 0;
  ssize_t Length;
  while ((Length = getline(&Text, &Capacity, stdin)) > 0) {
    auto Parsed = json::parse(llvm::StringRef(Text, static_cast<size_t>(Length)));
    json::Path::Root Where;
    if (!Parsed || !Parsed->getAsObject()) {
      llvm::errs() << llvm::toString(Parsed ? Where.getError() : Parsed.takeError()) << "\n";
      return 1;
    }
    if (!Configured) {
      if (!fromJSON(*Parsed, Chosen, Where))
        return 1;
      Configured = true;
      continue;
    }
    const Job What = jobFromJSON(*Parsed->getAsObject());
    Out << line(toJSON(analyse(What.Command, Chosen, What.Overlay)));
    Out.flush();
    rusage Usage;
    if (getrusage(RUSAGE_SELF, &Usage) == 0 && Usage.ru_maxrss > MaxResidentKiB)
      break;
  }
  free(Text);
  return RetiredCode;
}

} // namespace asynctidy
