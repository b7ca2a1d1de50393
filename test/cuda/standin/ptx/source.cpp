#include "source.h"

#include <cctype>
#include <cstring>
#include <stdexcept>

#include "number.h"

namespace standin::ptx {

namespace {

struct Token {
  std::string_view text;
  unsigned line;
};

[[noreturn]] void refuse(unsigned line, const std::string& why) {
  throw std::runtime_error("line " + std::to_string(line) + ": " + why);
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%' || c == '.';
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  unsigned line = 1;
  size_t i = 0;
  const auto at = [&](size_t k) { return k < text.size() ? text[k] : '\0'; };
  while (i < text.size()) {
    const char c = text[i];
    const size_t begin = i;
    if (c == '\n') ++line;
    if (std::isspace(static_cast<unsigned char>(c)) || c == '\0') {
      ++i;
    } else if (c == '/' && at(i + 1) == '/') {
      while (i < text.size() && text[i] != '\n') ++i;
    } else if (c == '/' && at(i + 1) == '*') {
      for (i += 2; i < text.size() && !(text[i] == '*' && at(i + 1) == '/'); ++i) line += text[i] == '\n';
      i += 2;
    } else if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\';
      tokens.push_back({text.substr(begin, ++i - begin), line});
    } else if (is_word(c)) {
      // A modifier may have two colons, as in ld.global.L2::128B.
      while (is_word(at(i)) || (at(i) == ':' && at(i + 1) == ':')) i += at(i) == ':' ? 2 : 1;
      tokens.push_back({text.substr(begin, i - begin), line});
    } else {
      tokens.push_back({text.substr(i++, 1), line});
    }
  }
  return tokens;
}

std::vector<std::string> split_at_dots(std::string_view word) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= word.size();) {
    const size_t end = std::min(word.find('.', begin), word.size());
    parts.emplace_back(word.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), tokens_(tokens_of(text)) {}

  Source parse() {
    while (!at_end()) top_level();
    return std::move(source_);
  }

 private:
  bool at_end() const { return next_ == tokens_.size(); }
  std::string_view peek() const { return at_end() ? std::string_view() : tokens_[next_].text; }
  unsigned line() const { return tokens_.empty() ? 0 : tokens_[std::min(next_, tokens_.size() - 1)].line; }
  std::string_view take() {
    if (at_end()) refuse(line(), "the text ends too early");
    return tokens_[next_++].text;
  }
  bool take_if(std::string_view token) {
    if (peek() != token) return false;
    ++next_;
    return true;
  }
  void expect(std::string_view token) {
    if (!take_if(token)) refuse(line(), "\"" + std::string(peek()) + "\" in place of \"" + std::string(token) + "\"");
  }
  /// Skips the rest of the line, for directives that end there.
  void skip_line() {
    const unsigned here = tokens_[next_ - 1].line;
    while (!at_end() && tokens_[next_].line == here) ++next_;
  }
  void skip_braces() {
    expect("{");
    for (int depth = 1; depth > 0;) {
      const std::string_view token = take();
      depth += token == "{" ? 1 : token == "}" ? -1 : 0;
    }
  }

  void top_level() {
    const std::string_view word = peek();
    if (word == ".version" || word == ".target" || word == ".address_size" || word == ".file") {
      take();
      skip_line();
    } else if (word == ".section") {
      take();
      take();
      skip_braces();
    } else if (word == ".pragma") {
      skip_to_semicolon();
    } else if (word == ".visible" || word == ".extern" || word == ".weak" || word == ".common") {
      take();
    } else if (word == ".entry" || word == ".func") {
      function();
    } else if (word == ".global" || word == ".const" || word == ".shared") {
      Variable variable = this->variable();
      source_.variables.insert_or_assign(variable.name, std::move(variable));
    } else {
      refuse(line(), "unexpected \"" + std::string(word) + "\"");
    }
  }

  void skip_to_semicolon() {
    while (take() != ";") {
    }
  }

  void function() {
    Function f;
    f.is_entry = take() == ".entry";
    if (peek() == "(") f.results = parameters();
    f.name = take();
    if (peek() == "(") f.parameters = parameters();
    while (peek() != "{" && peek() != ";") {
      const std::string_view directive = take();
      if (directive == ".maxntid" || directive == ".reqntid") {
        f.max_threads = 1;
        do f.max_threads *= static_cast<unsigned>(integer_of(take()));
        while (take_if(","));
      }
    }
    f.has_body = !take_if(";");
    if (f.has_body) body(f);
    // A declaration must not replace a definition.
    if (f.has_body || !source_.functions.contains(f.name)) source_.functions.insert_or_assign(f.name, std::move(f));
  }

  std::vector<Variable> parameters() {
    std::vector<Variable> list;
    expect("(");
    while (!take_if(")")) {
      list.push_back(declarator(heading()));
      take_if(",");
    }
    return list;
  }

  /// Space, alignment and type of a declaration.
  Variable heading() {
    static const auto& kSpaces = *new std::map<std::string_view, Variable::Space>{
        {".reg", Variable::kRegister}, {".param", Variable::kParam},   {".shared", Variable::kShared},
        {".local", Variable::kLocal},  {".global", Variable::kGlobal}, {".const", Variable::kConst}};
    Variable v;
    const auto space = kSpaces.find(peek());
    if (space == kSpaces.end()) refuse(line(), "\"" + std::string(peek()) + "\" is not a state space");
    v.space = space->second;
    take();
    unsigned elements = 1;
    while (peek().starts_with('.')) {
      const std::string_view word = take();
      if (word == ".align") {
        v.alignment = static_cast<size_t>(integer_of(take()));
      } else if (word == ".v2" || word == ".v4") {
        elements = word == ".v2" ? 2 : 4;
      } else if (const Type type = type_named(word.substr(1)); type.kind != Type::kNone) {
        v.type = type;
      } else if (word != ".ptr" && word != ".global" && word != ".shared" && word != ".const" && word != ".local") {
        refuse(line(), "\"" + std::string(word) + "\" in a declaration");
      }
    }
    v.size = size_t{v.type.bits} / 8 * elements;
    v.alignment = std::max(v.alignment, v.size);
    return v;
  }

  /// The name, its array and its initial value.
  Variable declarator(Variable v) {
    v.name = take();
    if (take_if("<")) {
      v.numbered = static_cast<unsigned>(integer_of(take()));
      expect(">");
    }
    while (take_if("[")) {
      if (v.size != 0 && peek() != "]")
        v.size *= static_cast<size_t>(integer_of(take()));
      else
        v.dynamic = true;
      expect("]");
    }
    if (take_if("=")) initial_value(v);
    return v;
  }

  void initial_value(Variable& v) {
    const bool braces = take_if("{");
    do {
      if (peek() == "}") break;
      const bool negative = take_if("-");
      const std::string_view word = take();
      if (!is_number(word)) refuse(line(), "the initial value \"" + std::string(word) + "\" is not a number");
      const uint64_t value = negative ? -bits_of_number(word, v.type) : bits_of_number(word, v.type);
      const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
      v.initial.insert(v.initial.end(), bytes, bytes + v.type.bits / 8);
    } while (take_if(","));
    if (braces) expect("}");
    if (v.dynamic) {
      v.dynamic = false;
      v.size = v.initial.size();
    }
  }

  Variable variable() {
    Variable v = declarator(heading());
    expect(";");
    return v;
  }

  void body(Function& f) {
    expect("{");
    for (int depth = 1;;) {
      if (take_if("}")) {
        if (--depth == 0) return;
        f.body.emplace_back(Statement::kEnd, line());
      } else if (take_if("{")) {
        ++depth;
        f.body.emplace_back(Statement::kBegin, line());
      } else {
        statement(f);
      }
    }
  }

  void statement(Function& f) {
    const std::string_view word = peek();
    if (word == ".reg" || word == ".shared" || word == ".local" || word == ".param" || word == ".global" ||
        word == ".const") {
      const Variable common = heading();
      do {
        Statement s{Statement::kVariable, line()};
        s.variable = declarator(common);
        f.body.push_back(std::move(s));
      } while (take_if(","));
      expect(";");
    } else if (word == ".loc") {
      take();
      skip_line();
    } else if (word == ".pragma") {
      skip_to_semicolon();
    } else if (next_ + 1 < tokens_.size() && tokens_[next_ + 1].text == ":") {
      label(f);
    } else {
      f.body.push_back(instruction());
    }
  }

  void label(Function& f) {
    Statement s{Statement::kLabel, line()};
    s.parts.emplace_back(take());
    expect(":");
    if (take_if(".branchtargets")) {
      s.form = Statement::kTargets;
      do s.operands.push_back(operand());
      while (take_if(","));
      expect(";");
    }
    f.body.push_back(std::move(s));
  }

  Statement instruction() {
    Statement s{Statement::kInstruction, line()};
    const char* begin = peek().data();
    if (take_if("@")) {
      s.guard_negated = take_if("!");
      s.guard = take();
    }
    s.parts = split_at_dots(take());
    while (peek() != ";") {
      s.operands.push_back(operand());
      if (!take_if(",") && peek() != ";") refuse(line(), "unexpected \"" + std::string(peek()) + "\"");
    }
    s.text =
        one_line(text_.substr(static_cast<size_t>(begin - text_.data()), static_cast<size_t>(peek().data() - begin)));
    expect(";");
    return s;
  }

  static std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
      if (!std::isspace(static_cast<unsigned char>(c)))
        line += c;
      else if (!line.empty() && line.back() != ' ')
        line += ' ';
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
  }

  Operand operand() {
    Operand o;
    if (peek() == "{" || peek() == "(") {
      const std::string_view end = take() == "{" ? "}" : ")";
      o.form = end == "}" ? Operand::kVector : Operand::kList;
      while (!take_if(end)) {
        o.elements.push_back(operand());
        take_if(",");
      }
    } else if (take_if("[")) {
      o = word();
      o.form = Operand::kAddress;
      expect("]");
    } else {
      o = word();
    }
    return o;
  }

  /// `word`, `!word`, `-number`, `word|word`, `word+offset`.
  Operand word() {
    Operand o;
    o.negated = take_if("!");
    if (take_if("-")) o.word = "-";
    o.word += take();
    if (take_if("|")) o.second = take();
    if (peek() == "+" || peek() == "-") {
      const bool minus = take() == "-";
      const bool negative = take_if("-") != minus;
      const auto offset = static_cast<int64_t>(integer_of(take()));
      o.offset = negative ? -offset : offset;
    }
    return o;
  }

  uint64_t integer_of(std::string_view word) const {
    if (!is_number(word)) refuse(line(), "\"" + std::string(word) + "\" is not a number");
    return bits_of_number(word, {Type::kBits, 64});
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  size_t next_ = 0;
  Source source_;
};

}  // namespace

Source parse(std::string_view text) { return Parser(text).parse(); }

}  // namespace standin::ptx
