// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An option of a check: declared once, as a member; reading, storing and documentation follow from it.
#pragma once

#include "clang-tidy/ClangTidyCheck.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace clang {
class NamedDecl;
} // namespace clang

namespace asynctidy {

/// A list entry that users write as `pattern -> advice`; the advice is printed with a finding. A pattern is a
/// qualified name as in knowledge files, and may end in `*`.
struct Named {
  std::string Pattern;
  std::string Advice;
};

/// The entry of \p List whose pattern matches \p Name, or null.
const Named *find(const std::vector<Named> &List, llvm::StringRef Name);
/// The same for the qualified name of \p D.
const Named *find(const std::vector<Named> &List, const clang::NamedDecl &D);

/// What the base class of all checks does with an option without knowing its type.
class OptionBase {
public:
  OptionBase(llvm::StringRef Name, llvm::StringRef Help) : Name(Name), Help(Help) {}
  virtual ~OptionBase() = default;
  virtual void store(const clang::tidy::ClangTidyCheck::OptionsView &View,
                     clang::tidy::ClangTidyOptions::OptionMap &Map) const = 0;
  const llvm::StringRef Name;
  const llvm::StringRef Help;
};

/// What is wrong with the text of an option, for the user to read; nothing if it is a value.
using Complaint = std::optional<std::string>;

/// Text form of option values.
Complaint parseOption(llvm::StringRef Text, bool &Value);
Complaint parseOption(llvm::StringRef Text, unsigned &Value);
Complaint parseOption(llvm::StringRef Text, std::string &Value);
Complaint parseOption(llvm::StringRef Text, std::vector<Named> &Value);
std::string printOption(bool Value);
std::string printOption(unsigned Value);
std::string printOption(const std::string &Value);
std::string printOption(const std::vector<Named> &Value);

/// An option of type \p T. Declare it as a member of a check derived from AsyncCheck:
/// \code
///   const Option<bool> FollowCalls{*this, "FollowCalls", true, "follow calls into visible functions"};
/// \endcode
/// A value that cannot be read is reported as a configuration error and the default is used.
template <typename T> class Option final : public OptionBase {
public:
  template <typename Check>
  Option(Check &Owner, llvm::StringRef Name, T Default, llvm::StringRef Help)
      : OptionBase(Name, Help), Value(std::move(Default)) {
    if (auto Text = Owner.addOption(*this)) {
      T Parsed{};
      if (Complaint Wrong = parseOption(*Text, Parsed))
        Owner.reportBadOption(Name, *Wrong);
      else
        Value = std::move(Parsed);
    }
  }
  const T &operator*() const { return Value; }
  const T *operator->() const { return &Value; }
  void store(const clang::tidy::ClangTidyCheck::OptionsView &View,
             clang::tidy::ClangTidyOptions::OptionMap &Map) const override {
    View.store(Map, Name, llvm::StringRef(printOption(Value)));
  }

private:
  T Value;
};

} // namespace asynctidy
