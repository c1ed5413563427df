// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// JUnit's XML as Jenkins and GitLab read it: a suite per file, in which each finding is a test that failed.
//
// What Jenkins knows a test by is its class and its name: the file, and check and place. A suppressed finding is a test
// that was skipped; a file that could not be analysed is a test with an error. Both servers complain about a report
// without tests, so that a clean run has one that passed.

#include "render/Render.h"
#include "render/Weight.h"
#include "render/Xml.h"
#include "llvm/Support/FormatVariadic.h"
#include <map>

namespace asynctidy {
namespace {

struct Suite {
  unsigned Tests = 0;
  unsigned Failures = 0;
  unsigned Errors = 0;
  unsigned Skipped = 0;
  std::string Cases;
  std::map<std::string, unsigned> Names; ///< Tests of one name are taken for one test.
};

/// A test case, whose \p Inside is an element or nothing.
void add(Suite &To, llvm::StringRef Class, llvm::StringRef Name, llvm::StringRef Inside) {
  ++To.Tests;
  const unsigned Before = To.Names[Name.str()]++;
  const std::string Number = Before ? llvm::formatv(" ({0})", Before + 1).str() : "";
  To.Cases += llvm::formatv("    <testcase classname=\"{0}\" name=\"{1}{2}\"", xml(Class), xml(Name), Number);
  To.Cases += Inside.empty() ? "/>\n" : (">\n      " + Inside + "\n    </testcase>\n").str();
}

std::string element(llvm::StringRef Tag, llvm::StringRef Type, llvm::StringRef Message, llvm::StringRef Text) {
  return llvm::formatv("<{0} type=\"{1}\" message=\"{2}\">{3}</{0}>", Tag, xml(Type), xml(Message), xml(Text));
}

/// All that a reader of the report in a browser has: nothing links to the source.
std::string story(const Finding &F) {
  std::string Text = llvm::formatv("{0}:{1}:{2}: {3}\n", F.At.File, F.At.Line, F.At.Column, F.Message);
  if (!F.Source.empty())
    Text += "  " + llvm::StringRef(F.Source).trim().str() + "\n";
  for (const Note &N : F.Notes) {
    Text += llvm::formatv("{0}:{1}:{2}: {3}\n", N.At.File, N.At.Line, N.At.Column, N.Message);
    if (!N.Source.empty())
      Text += "  " + llvm::StringRef(N.Source).trim().str() + "\n";
  }
  return Text;
}

} // namespace

void renderJUnit(const Report &Said, llvm::raw_ostream &OS) {
  std::map<std::string, Suite> Suites;
  for (const Finding &F : Said.Findings) {
    Suite &In = Suites[F.At.File];
    const std::string Name = llvm::formatv("{0} at {1}:{2}", F.Check, F.At.Line, F.At.Column);
    if (F.Suppressed) {
      ++In.Skipped;
      add(In, F.At.File, Name, element("skipped", F.Check, "suppressed by a NOLINT comment", F.Message));
    } else {
      ++In.Failures;
      add(In, F.At.File, Name, element("failure", F.Check, F.Message, story(F)));
    }
  }
  for (const Report::Problem &P : Said.Problems) {
    Suite &In = Suites[P.File];
    ++In.Errors;
    add(In, P.File, "analysis", element("error", name(P.How), sentence(P), P.Reason));
  }
  if (const std::string Text = incompleteness(Said); !Text.empty()) {
    Suite &In = Suites["async-tidy"];
    ++In.Errors;
    add(In, "async-tidy", "all files", element("error", "incomplete", Text, ""));
  }
  if (Suites.empty())
    add(Suites["async-tidy"], "async-tidy", "no findings", "");

  Suite All;
  for (const auto &[File, One] : Suites) {
    All.Tests += One.Tests;
    All.Failures += One.Failures;
    All.Errors += One.Errors;
  }
  OS << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
     << llvm::formatv("<testsuites name=\"async-tidy\" tests=\"{0}\" failures=\"{1}\" errors=\"{2}\">\n", All.Tests,
                      All.Failures, All.Errors);
  for (const auto &[File, One] : Suites)
    OS << llvm::formatv("  <testsuite name=\"{0}\" tests=\"{1}\" failures=\"{2}\" errors=\"{3}\" skipped=\"{4}\">\n",
                        xml(File), One.Tests, One.Failures, One.Errors, One.Skipped)
       << One.Cases << "  </testsuite>\n";
  OS << "</testsuites>\n";
}

} // namespace asynctidy
