#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "type.h"

/// PTX as it is written: functions of statements, before names mean anything.
namespace standin::ptx {

/// An operand of an instruction.
struct Operand {
  enum Form {
    kWord,     ///< a register, a symbol or a number: `%r1`, `name`, `-5`, `0f3F800000`
    kAddress,  ///< `[word+offset]`
    kVector,   ///< `{a, b}`
    kList,     ///< `(a, b)`, in calls
  };
  Form form = kWord;
  std::string word;
  /// The second word of `p|q`, or empty.
  std::string second;
  int64_t offset = 0;
  bool negated = false;
  std::vector<Operand> elements;
};

struct Variable {
  enum Space { kRegister, kParam, kShared, kLocal, kGlobal, kConst };
  Space space;
  Type type;
  std::string name;
  size_t alignment = 1;
  size_t size = 0;
  /// For `%r<12>`: the number of registers, named by the prefix and a number. 0 for one variable.
  unsigned numbered = 0;
  /// True for a shared array without a size, which begins where static shared memory ends.
  bool dynamic = false;
  std::vector<uint8_t> initial;
};

struct Statement {
  enum Form { kInstruction, kLabel, kVariable, kBegin, kEnd, kTargets };
  Statement(Form f, unsigned l) : form(f), line(l) {}

  Form form;
  unsigned line;
  /// The instruction with its modifiers, split at the dots; or the name of a label.
  std::vector<std::string> parts;
  /// The predicate of `@p` or `@!p`, or empty.
  std::string guard;
  bool guard_negated = false;
  std::vector<Operand> operands;
  Variable variable;
  /// The instruction as it is written.
  std::string text;
};

struct Function {
  std::string name;
  bool is_entry = false;
  bool has_body = false;
  std::vector<Variable> results;
  std::vector<Variable> parameters;
  unsigned max_threads = 0;
  std::vector<Statement> body;
};

struct Source {
  std::map<std::string, Function, std::less<>> functions;
  std::map<std::string, Variable, std::less<>> variables;
};

/// Throws std::runtime_error with the line where the text is not PTX.
Source parse(std::string_view text);

}  // namespace standin::ptx
