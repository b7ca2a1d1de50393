#pragma once

#include <cfenv>
#include <cmath>
#include <type_traits>

#include "../decoder.h"
#include "../warp.h"
#include "bfloat16.h"

/// Handlers that compute each lane by itself, made of plain functions of its operands.
namespace standin::ptx {

template <class T>
inline T flushed(T value, bool flush) {
  if constexpr (std::is_same_v<T, float>) {
    return flush && std::fpclassify(value) == FP_SUBNORMAL ? std::copysign(0.0F, value) : value;
  } else {
    return value;
  }
}

template <class T>
inline T saturated(T value, bool saturate) {
  if constexpr (std::is_floating_point_v<T>) {
    // NaN becomes 0.
    if (saturate) return value > 0 ? std::fmin(value, T{1}) : T{0};
  }
  return value;
}

/// Rounds the arithmetic of the host in a direction while it lives.
class RoundingScope {
 public:
  explicit RoundingScope(Rounding rounding) : changes_(rounding != Rounding::kNearest) {
    static constexpr int kModes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
    if (changes_) std::fesetround(kModes[static_cast<int>(rounding)]);
  }
  RoundingScope(const RoundingScope&) = delete;
  RoundingScope& operator=(const RoundingScope&) = delete;
  ~RoundingScope() {
    if (changes_) std::fesetround(FE_TONEAREST);
  }

 private:
  bool changes_;
};

template <auto kFunction>
struct Lanewise;

template <class To, class A, To (*kFunction)(A)>
struct Lanewise<kFunction> {
  static void plain(Warp& w, const Instruction& i, Mask lanes) {
    To* to = w.lanes_of<To>(i.to);
    const A* a = w.lanes_of<A>(i.a);
    for_each_lane(lanes, [&](unsigned lane) { to[lane] = kFunction(a[lane]); });
  }
  static void careful(Warp& w, const Instruction& i, Mask lanes) {
    const RoundingScope scope(i.rounding);
    To* to = w.lanes_of<To>(i.to);
    const A* a = w.lanes_of<A>(i.a);
    for_each_lane(lanes, [&](unsigned lane) {
      to[lane] = saturated(flushed(kFunction(flushed(a[lane], i.flush)), i.flush), i.saturate);
    });
  }
};

template <class To, class A, class B, To (*kFunction)(A, B)>
struct Lanewise<kFunction> {
  static void plain(Warp& w, const Instruction& i, Mask lanes) {
    To* to = w.lanes_of<To>(i.to);
    const A* a = w.lanes_of<A>(i.a);
    const B* b = w.lanes_of<B>(i.b);
    for_each_lane(lanes, [&](unsigned lane) { to[lane] = kFunction(a[lane], b[lane]); });
  }
  static void careful(Warp& w, const Instruction& i, Mask lanes) {
    const RoundingScope scope(i.rounding);
    To* to = w.lanes_of<To>(i.to);
    const A* a = w.lanes_of<A>(i.a);
    const B* b = w.lanes_of<B>(i.b);
    for_each_lane(lanes, [&](unsigned lane) {
      const To result = kFunction(flushed(a[lane], i.flush), flushed(b[lane], i.flush));
      to[lane] = saturated(flushed(result, i.flush), i.saturate);
    });
  }
};

template <class To, class A, class B, class C, To (*kFunction)(A, B, C)>
struct Lanewise<kFunction> {
  static void plain(Warp& w, const Instruction& i, Mask lanes) {
    To* to = w.lanes_of<To>(i.to);
    const A* a = w.lanes_of<A>(i.a);
    const B* b = w.lanes_of<B>(i.b);
    const C* c = w.lanes_of<C>(i.c);
    for_each_lane(lanes, [&](unsigned lane) { to[lane] = kFunction(a[lane], b[lane], c[lane]); });
  }
  static void careful(Warp& w, const Instruction& i, Mask lanes) {
    const RoundingScope scope(i.rounding);
    To* to = w.lanes_of<To>(i.to);
    const A* a = w.lanes_of<A>(i.a);
    const B* b = w.lanes_of<B>(i.b);
    const C* c = w.lanes_of<C>(i.c);
    for_each_lane(lanes, [&](unsigned lane) {
      const To result = kFunction(flushed(a[lane], i.flush), flushed(b[lane], i.flush), flushed(c[lane], i.flush));
      to[lane] = saturated(flushed(result, i.flush), i.saturate);
    });
  }
};

/// A handler of integers, which have no modes.
template <auto kFunction>
constexpr Handler lanewise() {
  return &Lanewise<kFunction>::plain;
}

/// A handler of floating-point numbers: the fast one where the statement has no modifier that it would miss.
template <auto kFunction>
Handler lanewise(const Decoder& d) {
  const Instruction modes = d.instruction(nullptr);
  const bool is_plain = modes.rounding == Rounding::kNearest && !modes.flush && !modes.saturate;
  return is_plain ? &Lanewise<kFunction>::plain : &Lanewise<kFunction>::careful;
}

/// Emits an instruction whose result and operands all have one type.
inline void emit_uniform(Decoder& d, Handler run, Type type) {
  Instruction i = d.instruction(run);
  i.to = d.target(0, type);
  if (d.operands() > 1) i.a = d.source(1, type);
  if (d.operands() > 2) i.b = d.source(2, type);
  if (d.operands() > 3) i.c = d.source(3, type);
  d.emit(i);
}

/// Calls `f.template operator()<T>()` with the C++ type of an integer of at least 16 bits; bits count as unsigned.
template <class F>
auto with_integer(const Decoder& d, Type type, F f) {
  const bool is_signed = type.kind == Type::kSigned;
  if (type.is_integer()) {
    switch (type.bits) {
      case 16: return is_signed ? f.template operator()<int16_t>() : f.template operator()<uint16_t>();
      case 32: return is_signed ? f.template operator()<int32_t>() : f.template operator()<uint32_t>();
      case 64: return is_signed ? f.template operator()<int64_t>() : f.template operator()<uint64_t>();
      default: break;
    }
  }
  d.refuse("has a type that is not supported");
}

}  // namespace standin::ptx
