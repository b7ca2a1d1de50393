// Runs single instructions on random and extreme operands and compares their results with C++'s. Prints a line for
// each: its name and "ok", or operands for which it was wrong.

#include <bit>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iostream>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "../../device_memory.h"
#include "../module.h"

bool standin::is_device_memory(const void*, size_t) { return true; }

namespace {

template <class T>
struct Name;
#define TYPE(T, load, register_)                                       \
  template <>                                                          \
  struct Name<T> {                                                     \
    static constexpr const char *kLoad = load, *kRegister = register_; \
  }
TYPE(float, "f32", "%f");
TYPE(double, "f64", "%d");
TYPE(uint16_t, "u16", "%h");
TYPE(int16_t, "s16", "%h");
TYPE(uint32_t, "u32", "%r");
TYPE(int32_t, "s32", "%r");
TYPE(uint64_t, "u64", "%l");
TYPE(int64_t, "s64", "%l");
#undef TYPE

/// Numbers at which arithmetic is likely to be wrong.
template <class T>
std::vector<T> extremes() {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_floating_point_v<T>) {
    return {T{0}, -T{0}, T{1}, T{-1}, T{0.5}, T{1.5}, T{2.5}, T{-2.5}, T{127}, T{-128}, T{255.5}, T{65535},
            T{2147483648}, T{-2147483648}, T{4294967296}, T{1e18}, T{-1e19}, Limits::min(), Limits::max(),
            Limits::lowest(), Limits::epsilon(), Limits::denorm_min(), -Limits::denorm_min(), Limits::min() / 2,
            Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), std::nextafter(T{1}, T{2}),
            // Between two numbers of bf16, and beside it.
            T{1.00390625}, T{1.01171875}, T{1.0039063692092896}};
  } else {
    return {T{0},
            T{1},
            T{2},
            T{3},
            T{31},
            T{32},
            T{33},
            T{63},
            T{64},
            T{255},
            static_cast<T>(-1),
            static_cast<T>(-2),
            static_cast<T>(0x8000),
            static_cast<T>(0x00ff00ff00ff00ff),
            Limits::min(),
            Limits::max(),
            static_cast<T>(Limits::max() - 1)};
  }
}

std::mt19937_64 generator(20260101);

template <class T>
T random_number() {
  const uint64_t bits = generator();
  if constexpr (std::is_floating_point_v<T>) {
    // Half of them of a usual size; the others have any bits.
    if (bits & 1) return static_cast<T>((static_cast<double>(bits >> 11) / 9007199254740992.0 - 0.5) * 200);
  }
  T value;
  std::memcpy(&value, &bits, sizeof value);
  if constexpr (std::is_integral_v<T>) {
    // Small ones as well, of which shifts and fields are made.
    if (bits >> 63) return static_cast<T>(value % 70);
  }
  return value;
}

/// Every pair of extremes, then random numbers.
template <class T>
std::vector<T> operands(size_t which, size_t count) {
  const std::vector<T> special = extremes<T>();
  std::vector<T> values(count);
  size_t step = 1;
  for (size_t k = 0; k < which; ++k) step *= special.size();
  for (size_t k = 0; k < count; ++k)
    values[k] = k < count / 2 ? special[k / step % special.size()] : random_number<T>();
  return values;
}

template <class T>
bool is_same(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a) && std::isnan(b)) return true;
  }
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// A kernel that does `body` with %a, %b and %c, from three arrays, and stores %to.
template <class To, class A, class B, class C>
std::string kernel(const std::string& body) {
  std::ostringstream text;
  text << ".version 9.0\n.target sm_90\n.address_size 64\n.visible .entry test(.param .u64 pa, .param .u64 pb, .param "
          ".u64 pc, .param .u64 pto)\n{\n.reg .pred %p, %q;\n.reg .b16 %h<4>;\n.reg .b32 %i<4>;\n.reg .b64 %at, %l, "
          "%m;\n"
       << ".reg ." << Name<A>::kLoad << " %a;\n.reg ." << Name<B>::kLoad << " %b;\n.reg ." << Name<C>::kLoad
       << " %c;\n.reg ." << Name<To>::kLoad << " %to;\n"
       << "mov.u32 %i0, %tid.x;\nmov.u32 %i1, %ctaid.x;\nmad.lo.u32 %i0, %i1, 64, %i0;\n";
  const auto address = [&](const char* parameter, size_t size) {
    text << "ld.param.u64 %at, [" << parameter << "];\nmul.wide.u32 %l, %i0, " << size << ";\nadd.s64 %at, %at, %l;\n";
  };
  address("pa", sizeof(A));
  text << "ld.global." << Name<A>::kLoad << " %a, [%at];\n";
  address("pb", sizeof(B));
  text << "ld.global." << Name<B>::kLoad << " %b, [%at];\n";
  address("pc", sizeof(C));
  text << "ld.global." << Name<C>::kLoad << " %c, [%at];\n";
  text << body << '\n';
  address("pto", sizeof(To));
  text << "st.global." << Name<To>::kLoad << " [%at], %to;\nret;\n}\n";
  return text.str();
}

template <class To, class A, class B, class C, class F>
void check(const std::string& name, const std::string& body, F expected) {
  constexpr unsigned kThreads = 64, kBlocks = 800;
  constexpr size_t kCount = size_t{kThreads} * kBlocks;
  const auto a = operands<A>(0, kCount);
  const auto b = operands<B>(1, kCount);
  const auto c = operands<C>(2, kCount);
  std::vector<To> to(kCount);
  const void* addresses[] = {a.data(), b.data(), c.data(), to.data()};
  void* arguments[] = {&addresses[0], &addresses[1], &addresses[2], &addresses[3]};
  std::cout << name << ": ";
  try {
    standin::PtxModule(kernel<To, A, B, C>(body)).find("test")->bind(arguments, {kBlocks, kThreads, 0})();
  } catch (const standin::KernelFault& fault) {
    std::cout << fault.what() << '\n';
    return;
  }
  for (size_t k = 0; k < kCount; ++k) {
    const To right = expected(a[k], b[k], c[k]);
    if (is_same(to[k], right)) continue;
    std::cout.precision(20);
    std::cout << "of " << +a[k] << ", " << +b[k] << ", " << +c[k] << " is " << +to[k] << ", expected " << +right
              << '\n';
    return;
  }
  std::cout << "ok\n";
}

template <class To, class A = To, class F>
void unary(const std::string& instruction, F expected) {
  check<To, A, A, A>(instruction, instruction + " %to, %a;", [&](A a, A, A) { return expected(a); });
}
template <class To, class A = To, class B = A, class F>
void binary(const std::string& instruction, F expected) {
  check<To, A, B, A>(instruction, instruction + " %to, %a, %b;", [&](A a, B b, A) { return expected(a, b); });
}
template <class To, class A = To, class B = A, class C = A, class F>
void ternary(const std::string& instruction, F expected) {
  check<To, A, B, C>(instruction, instruction + " %to, %a, %b, %c;", expected);
}

using I128 = __int128;
using U128 = unsigned __int128;

template <class T>
void integers() {
  using U = std::make_unsigned_t<T>;
  constexpr int kBits = sizeof(T) * 8;
  const std::string type = std::string(".") + Name<T>::kLoad;
  const auto wrap = [](I128 x) { return static_cast<T>(static_cast<U>(x)); };
  binary<T>("add" + type, [&](T a, T b) { return wrap(I128{a} + b); });
  binary<T>("sub" + type, [&](T a, T b) { return wrap(I128{a} - b); });
  binary<T>("mul.lo" + type, [&](T a, T b) {
    return static_cast<T>(static_cast<U>(static_cast<U128>(I128{a}) * static_cast<U128>(I128{b})));
  });
  binary<T>("mul.hi" + type, [&](T a, T b) {
    if constexpr (std::is_signed_v<T>)
      return static_cast<T>(I128{a} * b >> kBits);
    else
      return static_cast<T>(U128{a} * b >> kBits);
  });
  ternary<T>("mad.lo" + type, [&](T a, T b, T c) {
    return wrap(
        static_cast<I128>(static_cast<U128>(I128{a}) * static_cast<U128>(I128{b}) + static_cast<U128>(I128{c})));
  });
  // A division by zero sets all bits; its remainder is the dividend.
  binary<T>("div" + type, [&](T a, T b) { return b == 0 ? static_cast<T>(-1) : wrap(I128{a} / b); });
  binary<T>("rem" + type, [&](T a, T b) { return b == 0 ? a : wrap(I128{a} % b); });
  binary<T>("min" + type, [](T a, T b) { return a < b ? a : b; });
  binary<T>("max" + type, [](T a, T b) { return a < b ? b : a; });
  binary<T, T, uint32_t>("shr" + type, [](T a, uint32_t b) {
    return b >= kBits ? static_cast<T>(a < 0 ? -1 : 0) : static_cast<T>(a >> b);
  });
  if constexpr (std::is_signed_v<T>) {
    unary<T>("abs" + type, [&](T a) { return a < 0 ? wrap(-I128{a}) : a; });
    unary<T>("neg" + type, [&](T a) { return wrap(-I128{a}); });
  }
  if constexpr (sizeof(T) >= 4) {
    ternary<T, T, uint32_t, uint32_t>("bfe" + type, [](T a, uint32_t b, uint32_t c) {
      const unsigned position = b & 255, length = c & 255;
      const unsigned highest = std::min<unsigned>(position + length - 1, kBits - 1);
      const bool sign = std::is_signed_v<T> && length != 0 && (static_cast<U>(a) >> highest & 1);
      T field = 0;
      for (unsigned k = 0; k < kBits; ++k) {
        const bool bit = k < length && position + k < kBits ? static_cast<U>(a) >> (position + k) & 1 : sign;
        field = static_cast<T>(field | static_cast<T>(static_cast<U>(bit) << k));
      }
      return field;
    });
    unary<uint32_t, T>("bfind" + type, [](T a) {
      const U x = static_cast<U>(a < 0 ? ~a : a);
      for (int k = kBits - 1; k >= 0; --k) {
        if (x >> k & 1) return static_cast<uint32_t>(k);
      }
      return ~0U;
    });
  }
  const std::string select = ";\nselp.u32 %to, 1, 0, %p;";
  const auto compare = [&](const std::string& name, const std::function<bool(T, T)>& f) {
    check<uint32_t, T, T, T>("setp." + name + type, "setp." + name + type + " %p, %a, %b" + select,
                             [&](T a, T b, T) { return f(a, b) ? 1U : 0U; });
  };
  compare("lt", [](T a, T b) { return a < b; });
  compare("le", [](T a, T b) { return a <= b; });
  compare("gt", [](T a, T b) { return a > b; });
  compare("ge", [](T a, T b) { return a >= b; });
  compare("eq", [](T a, T b) { return a == b; });
  compare("ne", [](T a, T b) { return a != b; });
}

template <class T>
void bits() {
  constexpr unsigned kBits = sizeof(T) * 8;
  const std::string type = ".b" + std::to_string(kBits);
  binary<T>("and" + type, [](T a, T b) { return static_cast<T>(a & b); });
  binary<T>("or" + type, [](T a, T b) { return static_cast<T>(a | b); });
  binary<T>("xor" + type, [](T a, T b) { return static_cast<T>(a ^ b); });
  unary<T>("not" + type, [](T a) { return static_cast<T>(~a); });
  binary<T, T, uint32_t>("shl" + type, [](T a, uint32_t b) { return b >= kBits ? T{0} : static_cast<T>(a << b); });
  if constexpr (sizeof(T) >= 4) {
    unary<uint32_t, T>("popc" + type, [](T a) { return static_cast<uint32_t>(__builtin_popcountll(a)); });
    unary<uint32_t, T>("clz" + type, [](T a) {
      uint32_t n = 0;
      while (n < kBits && !(a >> (kBits - 1 - n) & 1)) ++n;
      return n;
    });
    unary<T>("brev" + type, [](T a) {
      T r = 0;
      for (unsigned k = 0; k < kBits; ++k) r |= (a >> k & 1) << (kBits - 1 - k);
      return r;
    });
    check<T, T, T, uint32_t>("bfi" + type, "bfi" + type + " %to, %a, %b, 5, %c;", [](T a, T b, uint32_t c) {
      for (unsigned k = 0; k < (c & 255) && 5 + k < kBits; ++k) b = (b & ~(T{1} << (5 + k))) | (a >> k & 1) << (5 + k);
      return b;
    });
  }
}

void mixed_integers() {
  binary<int64_t, int32_t>("mul.wide.s32", [](int32_t a, int32_t b) { return int64_t{a} * b; });
  binary<uint64_t, uint32_t>("mul.wide.u32", [](uint32_t a, uint32_t b) { return uint64_t{a} * b; });
  binary<uint32_t, uint16_t>("mul.wide.u16", [](uint16_t a, uint16_t b) { return uint32_t{a} * b; });
  binary<int32_t, int16_t>("mul.wide.s16", [](int16_t a, int16_t b) { return int32_t{a} * b; });
  ternary<int64_t, int32_t, int32_t, int64_t>("mad.wide.s32", [](int32_t a, int32_t b, int64_t c) {
    return static_cast<int64_t>(static_cast<uint64_t>(int64_t{a} * b) + static_cast<uint64_t>(c));
  });
  ternary<uint32_t>("mad.hi.u32", [](uint32_t a, uint32_t b, uint32_t c) {
    return static_cast<uint32_t>((uint64_t{a} * b >> 32) + c);
  });
  binary<int32_t>("add.sat.s32", [](int32_t a, int32_t b) {
    return static_cast<int32_t>(std::clamp<int64_t>(int64_t{a} + b, INT32_MIN, INT32_MAX));
  });
  ternary<uint32_t>("shf.l.wrap.b32", [](uint32_t a, uint32_t b, uint32_t c) {
    return static_cast<uint32_t>((uint64_t{b} << 32 | a) << (c & 31) >> 32);
  });
  ternary<uint32_t>("shf.r.wrap.b32", [](uint32_t a, uint32_t b, uint32_t c) {
    return static_cast<uint32_t>((uint64_t{b} << 32 | a) >> (c & 31));
  });
  ternary<uint32_t>("shf.l.clamp.b32", [](uint32_t a, uint32_t b, uint32_t c) {
    return c >= 32 ? a : static_cast<uint32_t>((uint64_t{b} << 32 | a) << c >> 32);
  });
  ternary<uint32_t>("shf.r.clamp.b32", [](uint32_t a, uint32_t b, uint32_t c) {
    return c >= 32 ? b : static_cast<uint32_t>((uint64_t{b} << 32 | a) >> c);
  });
  ternary<uint32_t>("prmt.b32", [](uint32_t a, uint32_t b, uint32_t c) {
    uint8_t bytes[8], chosen[4];
    std::memcpy(bytes, &a, 4);
    std::memcpy(bytes + 4, &b, 4);
    for (int k = 0; k < 4; ++k) {
      const uint32_t selector = c >> 4 * k & 15;
      const uint8_t byte = bytes[selector & 7];
      chosen[k] = selector & 8 ? (byte & 128 ? 255 : 0) : byte;
    }
    uint32_t r;
    std::memcpy(&r, chosen, 4);
    return r;
  });
  check<uint32_t, uint32_t, uint32_t, uint32_t>("lop3.b32 a & b ^ c", "lop3.b32 %to, %a, %b, %c, 0x6a;",
                                                [](uint32_t a, uint32_t b, uint32_t c) { return (a & b) ^ c; });
  check<uint32_t, uint32_t, uint32_t, uint32_t>("lop3.b32 a ? b : c", "lop3.b32 %to, %a, %b, %c, 0xca;",
                                                [](uint32_t a, uint32_t b, uint32_t c) { return (a & b) | (~a & c); });
  ternary<int32_t, int32_t>("dp4a.s32.s32", [](int32_t a, int32_t b, int32_t c) {
    uint32_t r = static_cast<uint32_t>(c);
    for (int k = 0; k < 4; ++k)
      r += static_cast<uint32_t>(static_cast<int8_t>(a >> 8 * k) * static_cast<int8_t>(b >> 8 * k));
    return static_cast<int32_t>(r);
  });
  check<uint64_t, uint64_t, uint64_t, uint64_t>(
      "addc.u32",
      "{ .reg .b32 %x<8>;\nmov.b64 {%x0, %x1}, %a;\nmov.b64 {%x2, %x3}, %b;\nadd.cc.u32 %x4, %x0, %x2;\naddc.u32 %x5, "
      "%x1, %x3;\nmov.b64 %to, {%x4, %x5}; }",
      [](uint64_t a, uint64_t b, uint64_t) { return a + b; });
  check<uint64_t, uint64_t, uint64_t, uint64_t>(
      "subc.u32",
      "{ .reg .b32 %x<8>;\nmov.b64 {%x0, %x1}, %a;\nmov.b64 {%x2, %x3}, %b;\nsub.cc.u32 %x4, %x0, %x2;\nsubc.u32 %x5, "
      "%x1, %x3;\nmov.b64 %to, {%x4, %x5}; }",
      [](uint64_t a, uint64_t b, uint64_t) { return a - b; });
  check<uint64_t, uint32_t, uint32_t, uint64_t>("madc.hi.u32",
                                                "{ .reg .b32 %x<8>;\nmov.b64 {%x0, %x1}, %c;\nmad.lo.cc.u32 %x4, %a, "
                                                "%b, %x0;\nmadc.hi.u32 %x5, %a, %b, %x1;\nmov.b64 %to, {%x4, %x5}; }",
                                                [](uint32_t a, uint32_t b, uint64_t c) { return uint64_t{a} * b + c; });
  check<uint32_t, uint64_t, uint64_t, uint64_t>(
      "mov.b64 unpacked", "{ .reg .b16 %x<4>;\nmov.b64 {%x0, %x1, %x2, %x3}, %a;\nmov.b32 %to, {%x3, %x1}; }",
      [](uint64_t a, uint64_t, uint64_t) { return static_cast<uint32_t>(a >> 48 | (a >> 16 & 0xffff) << 16); });
  check<uint32_t, uint32_t, uint32_t, uint32_t>(
      "setp.lt.or.u32 p|q",
      "setp.ge.u32 %p, %a, %c;\nsetp.lt.or.u32 %p|%q, %a, %b, !%p;\nselp.u32 %to, 1, 0, %p;\n@%q add.u32 %to, %to, 2;",
      [](uint32_t a, uint32_t b, uint32_t c) {
        return (a < b || !(a >= c) ? 1U : 0U) + (!(a < b) || !(a >= c) ? 2U : 0U);
      });
  check<uint32_t, int32_t, int32_t, int32_t>("set.gt.u32.s32", "set.gt.u32.s32 %to, %a, %b;",
                                             [](int32_t a, int32_t b, int32_t) { return a > b ? ~0U : 0U; });
}

/// Subnormal numbers become zero, their sign kept.
float flushed(float x) { return std::fpclassify(x) == FP_SUBNORMAL ? std::copysign(0.0F, x) : x; }
float saturated(float x) { return std::isnan(x) || x <= 0 ? 0.0F : x >= 1 ? 1.0F : x; }

template <class F>
auto rounding(int mode, F f) {
  return [=](auto... x) {
    std::fesetround(mode);
    volatile auto r = f(x...);
    std::fesetround(FE_TONEAREST);
    return static_cast<std::remove_volatile_t<decltype(r)>>(r);
  };
}

template <class T>
void floats() {
  const std::string type = std::string(".") + Name<T>::kLoad;
  const auto sum = [](T a, T b) {
    volatile T x = a, y = b;
    return static_cast<T>(x + y);
  };
  const auto product = [](T a, T b) {
    volatile T x = a, y = b;
    return static_cast<T>(x * y);
  };
  const auto quotient = [](T a, T b) {
    volatile T x = a, y = b;
    return static_cast<T>(x / y);
  };
  const auto fused = [](T a, T b, T c) {
    volatile T x = a, y = b, z = c;
    return std::fma(T{x}, T{y}, T{z});
  };
  const auto root = [](T a) {
    volatile T x = a;
    return std::sqrt(T{x});
  };
  struct {
    const char* name;
    int mode;
  } modes[] = {{".rn", FE_TONEAREST}, {".rz", FE_TOWARDZERO}, {".rm", FE_DOWNWARD}, {".rp", FE_UPWARD}};
  for (const auto& [name, mode] : modes) {
    binary<T>("add" + std::string(name) + type, rounding(mode, sum));
    binary<T>("mul" + std::string(name) + type, rounding(mode, product));
    binary<T>("div" + std::string(name) + type, rounding(mode, quotient));
    ternary<T>("fma" + std::string(name) + type, rounding(mode, fused));
    unary<T>("sqrt" + std::string(name) + type, rounding(mode, root));
    unary<T>("rcp" + std::string(name) + type, rounding(mode, [&](T a) { return quotient(T{1}, a); }));
  }
  binary<T>("sub" + type, [&](T a, T b) { return sum(a, -b); });
  const auto smaller = [](T a, T b) {
    return std::isnan(a) ? b : std::isnan(b) ? a : a == b ? (std::signbit(a) ? a : b) : a < b ? a : b;
  };
  binary<T>("min" + type, smaller);
  binary<T>("max" + type, [&](T a, T b) { return -smaller(-a, -b); });
  unary<T>("abs" + type, [](T a) { return std::fabs(a); });
  unary<T>("neg" + type, [](T a) { return -a; });
  binary<T>("copysign" + type, [](T a, T b) { return std::copysign(b, a); });
  const auto compare = [&](const std::string& name, const std::function<bool(T, T)>& f) {
    check<uint32_t, T, T, T>("setp." + name + type, "setp." + name + type + " %p, %a, %b;\nselp.u32 %to, 1, 0, %p;",
                             [&](T a, T b, T) { return f(a, b) ? 1U : 0U; });
  };
  const auto unordered = [](T a, T b) { return std::isnan(a) || std::isnan(b); };
  compare("eq", [](T a, T b) { return a == b; });
  compare("ne", [&](T a, T b) { return a != b && !unordered(a, b); });
  compare("lt", [](T a, T b) { return a < b; });
  compare("ge", [](T a, T b) { return a >= b; });
  compare("equ", [&](T a, T b) { return a == b || unordered(a, b); });
  compare("neu", [](T a, T b) { return a != b; });
  compare("ltu", [](T a, T b) { return !(a >= b); });
  compare("leu", [](T a, T b) { return !(a > b); });
  compare("gtu", [](T a, T b) { return !(a <= b); });
  compare("geu", [](T a, T b) { return !(a < b); });
  compare("num", [&](T a, T b) { return !unordered(a, b); });
  compare("nan", unordered);
}

void float_modes() {
  binary<float>("add.ftz.f32", [](float a, float b) { return flushed(flushed(a) + flushed(b)); });
  binary<float>("mul.ftz.sat.f32", [](float a, float b) { return saturated(flushed(flushed(a) * flushed(b))); });
  binary<float>("add.sat.f32", [](float a, float b) { return saturated(a + b); });
  binary<float>("max.NaN.f32", [](float a, float b) {
    return std::isnan(a) || std::isnan(b) ? NAN : a == b ? (std::signbit(a) ? b : a) : std::max(a, b);
  });
  binary<float>("div.full.f32", [](float a, float b) { return a / b; });
  unary<float>("ex2.approx.ftz.f32",
               [](float a) { return flushed(static_cast<float>(std::exp2(double{flushed(a)}))); });
  unary<float>("lg2.approx.f32", [](float a) { return static_cast<float>(std::log2(double{a})); });
  unary<float>("rsqrt.approx.f32", [](float a) { return static_cast<float>(1 / std::sqrt(double{a})); });
  unary<double>("rcp.approx.ftz.f64", [](double a) {
    const double r = 1 / (std::fpclassify(a) == FP_SUBNORMAL ? std::copysign(0.0, a) : a);
    return std::bit_cast<double>(std::bit_cast<uint64_t>(r) & 0xffffffff00000000);
  });
}

/// A float to an integer, clamped, NaN as zero.
template <class T, class F>
T clamped(F x) {
  if (std::isnan(x)) return 0;
  if (x >= std::ldexp(F{1}, std::numeric_limits<T>::digits)) return std::numeric_limits<T>::max();
  if (x <= F(std::numeric_limits<T>::min())) return std::numeric_limits<T>::min();
  return static_cast<T>(x);
}

template <class F, class T>
void to_integer() {
  const std::string types = std::string(".") + Name<T>::kLoad + "." + Name<F>::kLoad;
  unary<T, F>("cvt.rzi" + types, [](F a) { return clamped<T>(std::trunc(a)); });
  unary<T, F>("cvt.rni" + types, [](F a) { return clamped<T>(std::nearbyint(a)); });
  unary<T, F>("cvt.rmi" + types, [](F a) { return clamped<T>(std::floor(a)); });
  unary<T, F>("cvt.rpi" + types, [](F a) { return clamped<T>(std::ceil(a)); });
  const std::string back = std::string(".") + Name<F>::kLoad + "." + Name<T>::kLoad;
  unary<F, T>("cvt.rn" + back, [](T a) { return static_cast<F>(a); });
  unary<F, T>("cvt.rz" + back, rounding(FE_TOWARDZERO, [](T a) {
                volatile T x = a;
                return static_cast<F>(x);
              }));
}

/// The number of bf16 that is nearest, ties to even, found among the two neighbours.
uint16_t nearest_bf16(double x) {
  if (std::isnan(x)) return 0x7fff;
  const auto value = [](uint32_t bits) { return std::bit_cast<float>(bits << 16); };
  // Truncating towards zero gives one neighbour.
  std::fesetround(FE_TOWARDZERO);
  volatile float towards_zero = static_cast<float>(x);
  std::fesetround(FE_TONEAREST);
  const uint32_t low = std::bit_cast<uint32_t>(float{towards_zero}) >> 16;
  if (std::isinf(x) || double{value(low)} == x) return static_cast<uint16_t>(low);
  const uint32_t high = low + 1;
  // Beyond the largest number, infinity stands for the next power of two.
  const long double above =
      std::isinf(value(high)) ? std::copysign(std::ldexp(1.0L, 128), x) : (long double)value(high);
  const long double below = value(low), d0 = std::fabs(x - below), d1 = std::fabs(above - x);
  return static_cast<uint16_t>(d0 < d1 || (d0 == d1 && low % 2 == 0) ? low : high);
}
float wide(uint32_t bits) { return std::bit_cast<float>(bits << 16); }
bool is_bf16_nan(uint16_t x) { return std::isnan(wide(x)); }

void bfloats() {
  unary<uint16_t, float>("cvt.rn.bf16.f32", [](float a) { return nearest_bf16(a); });
  unary<uint16_t, float>("cvt.rn.relu.bf16.f32", [](float a) {
    const uint16_t r = nearest_bf16(a);
    return wide(r) < 0 ? uint16_t{0} : r;
  });
  unary<uint16_t, float>("cvt.rz.bf16.f32", [](float a) {
    return std::isnan(a) ? uint16_t{0x7fff} : static_cast<uint16_t>(std::bit_cast<uint32_t>(a) >> 16);
  });
  unary<float, uint16_t>("cvt.f32.bf16", [](uint16_t a) { return wide(a); });
  check<uint32_t, float, float, float>(
      "cvt.rn.bf16x2.f32", "cvt.rn.bf16x2.f32 %to, %a, %b;",
      [](float a, float b, float) { return uint32_t{nearest_bf16(a)} << 16 | nearest_bf16(b); });
  const auto exact = [](auto f) {
    return [=](uint16_t a, uint16_t b) { return nearest_bf16(f(double{wide(a)}, double{wide(b)})); };
  };
  binary<uint16_t>("mul.rn.bf16", exact([](double a, double b) { return a * b; }));
  check<uint16_t, uint16_t, uint16_t, uint16_t>(
      "fma.rn.bf16", "fma.rn.bf16 %to, %a, %b, %c;", [](uint16_t a, uint16_t b, uint16_t c) {
        // Rounded down and up, the sum tells on which side of a midpoint it lies where it is not exact.
        const auto sum = rounding(FE_DOWNWARD, [&](double p) {
          volatile double x = p, y = wide(c);
          return x + y;
        });
        const auto upper = rounding(FE_UPWARD, [&](double p) {
          volatile double x = p, y = wide(c);
          return x + y;
        });
        const double p = double{wide(a)} * wide(b), down = sum(p), up = upper(p);
        if (down == up || std::isnan(down)) return nearest_bf16(p + wide(c));
        const uint16_t from_below = nearest_bf16(down), from_above = nearest_bf16(up);
        if (from_below == from_above) return from_below;
        return nearest_bf16(std::midpoint(wide(from_below), wide(from_above)) == down ? up : down);
      });
  const auto both = [](auto f) {
    return [=](uint32_t a, uint32_t b) {
      return uint32_t{f(static_cast<uint16_t>(a >> 16), static_cast<uint16_t>(b >> 16))} << 16 |
             f(static_cast<uint16_t>(a), static_cast<uint16_t>(b));
    };
  };
  const auto smaller = [](uint16_t a, uint16_t b) -> uint16_t {
    if (is_bf16_nan(a) && is_bf16_nan(b)) return 0x7fff;
    if (is_bf16_nan(a)) return b;
    if (is_bf16_nan(b)) return a;
    return wide(a) < wide(b) || (wide(a) == wide(b) && std::signbit(wide(a))) ? a : b;
  };
  binary<uint16_t>("min.bf16", smaller);
  binary<uint32_t>("min.bf16x2", both(smaller));
  binary<uint32_t>("max.NaN.bf16x2", both([&](uint16_t a, uint16_t b) -> uint16_t {
                     if (is_bf16_nan(a) || is_bf16_nan(b)) return 0x7fff;
                     return static_cast<uint16_t>(smaller(a ^ 0x8000, b ^ 0x8000) ^ 0x8000);
                   }));
  unary<uint32_t>("neg.bf16x2", [](uint32_t a) { return a ^ 0x80008000; });
  check<uint32_t, uint16_t, uint16_t, uint16_t>(
      "setp.lt.bf16", "setp.lt.bf16 %p, %a, %b;\nselp.u32 %to, 1, 0, %p;",
      [](uint16_t a, uint16_t b, uint16_t) { return wide(a) < wide(b) ? 1U : 0U; });
}

template <class To, class From>
void between_integers() {
  const std::string types = std::string(".") + Name<To>::kLoad + "." + Name<From>::kLoad;
  unary<To, From>("cvt" + types, [](From a) { return static_cast<To>(a); });
  unary<To, From>("cvt.sat" + types, [](From a) {
    return static_cast<To>(
        std::clamp(I128{a}, I128{std::numeric_limits<To>::min()}, I128{std::numeric_limits<To>::max()}));
  });
}

void conversions() {
  to_integer<float, int32_t>();
  to_integer<float, uint32_t>();
  to_integer<float, int64_t>();
  to_integer<float, uint16_t>();
  to_integer<double, int32_t>();
  to_integer<double, int64_t>();
  to_integer<double, uint64_t>();
  between_integers<int16_t, int32_t>();
  between_integers<uint16_t, int64_t>();
  between_integers<uint32_t, int64_t>();
  between_integers<int64_t, int32_t>();
  between_integers<int64_t, uint32_t>();
  between_integers<uint64_t, int16_t>();
  // Numbers of 8 bits lie in wider registers.
  check<int32_t, uint32_t, uint32_t, uint32_t>("cvt.s32.s8", "cvt.s32.s8 %to, %a;", [](uint32_t a, uint32_t, uint32_t) {
    return int32_t{static_cast<int8_t>(a)};
  });
  check<uint32_t, uint64_t, uint64_t, uint64_t>(
      "cvt.u32.u8", "cvt.u32.u8 %to, %a;",
      [](uint64_t a, uint64_t, uint64_t) { return uint32_t{static_cast<uint8_t>(a)}; });
  check<uint32_t, int32_t, int32_t, int32_t>(
      "cvt.sat.u8.s32", "cvt.sat.u8.s32 %to, %a;",
      [](int32_t a, int32_t, int32_t) { return static_cast<uint32_t>(std::clamp(a, 0, 255)); });
  check<float, uint32_t, uint32_t, uint32_t>("cvt.rn.f32.u8", "cvt.rn.f32.u8 %to, %a;",
                                             [](uint32_t a, uint32_t, uint32_t) { return float(a & 255); });
  unary<double, float>("cvt.f64.f32", [](float a) { return double{a}; });
  unary<float, double>("cvt.rn.f32.f64", [](double a) { return static_cast<float>(a); });
  unary<float, double>("cvt.rp.f32.f64", rounding(FE_UPWARD, [](double a) {
                         volatile double x = a;
                         return static_cast<float>(x);
                       }));
  unary<float>("cvt.sat.f32.f32", [](float a) { return saturated(a); });
  unary<double>("cvt.rmi.f64.f64", [](double a) { return std::floor(a); });
  unary<float>("cvt.rzi.ftz.f32.f32", [](float a) { return std::trunc(flushed(a)); });
}

}  // namespace

int main() {
  integers<int16_t>();
  integers<uint16_t>();
  integers<int32_t>();
  integers<uint32_t>();
  integers<int64_t>();
  integers<uint64_t>();
  bits<uint16_t>();
  bits<uint32_t>();
  bits<uint64_t>();
  mixed_integers();
  floats<float>();
  floats<double>();
  float_modes();
  bfloats();
  conversions();
}
