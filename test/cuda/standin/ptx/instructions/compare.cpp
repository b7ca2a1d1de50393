#include "compare.h"

#include "lanewise.h"

namespace standin::ptx {

namespace {

template <class T>
bool is_unordered(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(a) || std::isnan(b);
  return false;
}

struct Equal {
  template <class T>
  static bool of(T a, T b) {
    return a == b;
  }
};
struct NotEqual {
  // Unlike C++'s, the ordered comparison is false for a NaN.
  template <class T>
  static bool of(T a, T b) {
    return a != b && !is_unordered(a, b);
  }
};
struct Less {
  template <class T>
  static bool of(T a, T b) {
    return a < b;
  }
};
struct LessOrEqual {
  template <class T>
  static bool of(T a, T b) {
    return a <= b;
  }
};
struct Greater {
  template <class T>
  static bool of(T a, T b) {
    return a > b;
  }
};
struct GreaterOrEqual {
  template <class T>
  static bool of(T a, T b) {
    return a >= b;
  }
};
struct Unordered {
  template <class T>
  static bool of(T a, T b) {
    return is_unordered(a, b);
  }
};
struct Ordered {
  template <class T>
  static bool of(T a, T b) {
    return !is_unordered(a, b);
  }
};
/// The comparison that a NaN makes true.
template <class Comparison>
struct OrUnordered {
  template <class T>
  static bool of(T a, T b) {
    return Comparison::of(a, b) || is_unordered(a, b);
  }
};

template <class T, class Comparison>
void compare(Warp& w, const Instruction& i, Mask lanes) {
  const T* a = w.lanes_of<T>(i.a);
  const T* b = w.lanes_of<T>(i.b);
  Mask result = 0;
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    result |= Mask{Comparison::of(flushed(a[lane], i.flush), flushed(b[lane], i.flush))} << lane;
  }
  Mask& to = w.predicate(i.to);
  to = (to & ~lanes) | (result & lanes);
}

template <class Comparison>
void compare_bf16(Warp& w, const Instruction& i, Mask lanes) {
  Mask& to = w.predicate(i.to);
  Mask result = 0;
  for_each_lane(lanes, [&](unsigned lane) {
    const float a = widened(w.lanes_of<Bf16>(i.a)[lane]), b = widened(w.lanes_of<Bf16>(i.b)[lane]);
    result |= Mask{Comparison::of(a, b)} << lane;
  });
  to = (to & ~lanes) | result;
}

template <class Comparison>
Handler comparing(const Decoder& d, Type type) {
  if (type.kind == Type::kBfloat && !type.packed) return &compare_bf16<Comparison>;
  if (type.kind == Type::kFloat && type.bits == 32) return &compare<float, Comparison>;
  if (type.kind == Type::kFloat && type.bits == 64) return &compare<double, Comparison>;
  return with_integer(d, type, []<class T>() -> Handler { return &compare<T, Comparison>; });
}

Handler comparison(const Decoder& d, Type type) {
  const std::string& name = d.statement().parts[1];
  // Unsigned integers have names of their own.
  if (name == "eq") return comparing<Equal>(d, type);
  if (name == "ne") return comparing<NotEqual>(d, type);
  if (name == "lt" || name == "lo") return comparing<Less>(d, type);
  if (name == "le" || name == "ls") return comparing<LessOrEqual>(d, type);
  if (name == "gt" || name == "hi") return comparing<Greater>(d, type);
  if (name == "ge" || name == "hs") return comparing<GreaterOrEqual>(d, type);
  if (name == "equ") return comparing<OrUnordered<Equal>>(d, type);
  if (name == "neu") return comparing<OrUnordered<NotEqual>>(d, type);
  if (name == "ltu") return comparing<OrUnordered<Less>>(d, type);
  if (name == "leu") return comparing<OrUnordered<LessOrEqual>>(d, type);
  if (name == "gtu") return comparing<OrUnordered<Greater>>(d, type);
  if (name == "geu") return comparing<OrUnordered<GreaterOrEqual>>(d, type);
  if (name == "num") return comparing<Ordered>(d, type);
  if (name == "nan") return comparing<Unordered>(d, type);
  d.refuse();
}

enum class Combination { kAnd, kOr, kXor };

/// Combines a comparison with a third predicate, both negated if `immediate` says so: bit 0 the comparison's, bit 1
/// the predicate's.
template <Combination kCombination>
void combine(Warp& w, const Instruction& i, Mask lanes) {
  const Mask a = i.immediate & 1 ? ~w.predicate(i.a) : w.predicate(i.a);
  const Mask b = i.immediate & 2 ? ~w.predicate(i.b) : w.predicate(i.b);
  const Mask result = kCombination == Combination::kAnd ? a & b : kCombination == Combination::kOr ? a | b : a ^ b;
  Mask& to = w.predicate(i.to);
  to = (to & ~lanes) | (result & lanes);
}

Handler combination(const Decoder& d) {
  if (d.has("and")) return &combine<Combination::kAnd>;
  if (d.has("or")) return &combine<Combination::kOr>;
  if (d.has("xor")) return &combine<Combination::kXor>;
  return nullptr;
}

template <class T>
void select(Warp& w, const Instruction& i, Mask lanes) {
  const Mask chosen = w.predicate(i.c);
  const T* a = w.lanes_of<T>(i.a);
  const T* b = w.lanes_of<T>(i.b);
  T* to = w.lanes_of<T>(i.to);
  for_each_lane(lanes, [&](unsigned lane) { to[lane] = chosen >> lane & 1 ? a[lane] : b[lane]; });
}

Handler selecting(Type type) {
  return type.bits == 64 ? &select<uint64_t> : type.bits == 32 ? &select<uint32_t> : &select<uint16_t>;
}

constexpr Type kPredicate{Type::kPredicate, 1};

/// Emits a comparison of operands 1 and 2 with its combination and returns the register of its result.
uint32_t emit_comparison(Decoder& d, Type type) {
  Instruction i = d.instruction(comparison(d, type));
  i.a = d.source(1, type);
  i.b = d.source(2, type);
  i.to = d.new_register(1);
  d.emit(i);
  return i.to;
}

void emit_combination(Decoder& d, uint32_t comparison, bool negated, uint32_t to) {
  Instruction i = d.instruction(combination(d));
  i.a = comparison;
  i.b = comparison;
  i.to = to;
  i.immediate = negated ? 1 : 0;
  if (i.run) {
    bool is_negated = false;
    i.b = d.predicate(d.operand(3), is_negated);
    i.immediate |= is_negated ? 2 : 0;
  } else {
    i.run = &combine<Combination::kAnd>;
    i.immediate |= negated ? 2 : 0;
  }
  d.emit(i);
}

}  // namespace

void decode_setp(Decoder& d) {
  const Type type = d.type();
  const Operand& to = d.operand(0);
  const bool is_simple = to.second.empty() && !combination(d);
  if (is_simple) {
    Instruction i = d.instruction(comparison(d, type));
    i.a = d.source(1, type);
    i.b = d.source(2, type);
    i.to = d.target(0, kPredicate);
    return d.emit(i);
  }
  const uint32_t result = emit_comparison(d, type);
  // The third predicate may be one of the results, so both are computed before either is written.
  const uint32_t first = d.new_register(1);
  emit_combination(d, result, false, first);
  if (!to.second.empty()) {
    Operand second;
    second.word = to.second;
    emit_combination(d, result, true, d.target(second, kPredicate));
  }
  Instruction copy = d.instruction(&combine<Combination::kAnd>);
  copy.a = copy.b = first;
  copy.to = d.target(to, kPredicate);
  d.emit(copy);
}

void decode_set(Decoder& d) {
  const Type to = d.type(0), from = d.type(1);
  uint32_t result = emit_comparison(d, from);
  if (combination(d)) {
    const uint32_t combined = d.new_register(1);
    emit_combination(d, result, false, combined);
    result = combined;
  }
  if (to.bits != 32) d.refuse();
  Instruction i = d.instruction(&select<uint32_t>);
  i.a = d.constant(32, to.kind == Type::kFloat ? std::bit_cast<uint32_t>(1.0F) : ~uint32_t{0});
  i.b = d.constant(32, 0);
  i.c = result;
  i.to = d.target(0, to);
  d.emit(i);
}

void decode_selp(Decoder& d) {
  const Type type = d.type();
  Instruction i = d.instruction(selecting(type));
  i.to = d.target(0, type);
  i.a = d.source(1, type);
  i.b = d.source(2, type);
  bool negated = false;
  i.c = d.predicate(d.operand(3), negated);
  if (negated) std::swap(i.a, i.b);
  d.emit(i);
}

}  // namespace standin::ptx
