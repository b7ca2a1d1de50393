#include "float.h"

#include <limits>

#include "lanewise.h"

namespace standin::ptx {

namespace {

template <class T>
T sum(T a, T b) {
  return a + b;
}
template <class T>
T difference(T a, T b) {
  return a - b;
}
template <class T>
T product(T a, T b) {
  return a * b;
}
template <class T>
T quotient(T a, T b) {
  return a / b;
}
template <class T>
T fused(T a, T b, T c) {
  return std::fma(a, b, c);
}
template <class T>
T absolute(T a) {
  return std::fabs(a);
}
template <class T>
T negative(T a) {
  return -a;
}
template <class T>
T square_root(T a) {
  return std::sqrt(a);
}
template <class T>
T reciprocal(T a) {
  return T{1} / a;
}
template <class T>
T with_sign_of(T a, T b) {
  // PTX names the sign first.
  return std::copysign(b, a);
}

/// A NaN gives way to a number, and -0 is below +0.
template <class T>
T smaller(T a, T b) {
  if (std::isnan(a)) return b;
  if (std::isnan(b)) return a;
  if (a == b) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}
template <class T>
T larger(T a, T b) {
  if (std::isnan(a)) return b;
  if (std::isnan(b)) return a;
  if (a == b) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}
template <class T>
T smaller_or_nan(T a, T b) {
  return std::isnan(a) || std::isnan(b) ? std::numeric_limits<T>::quiet_NaN() : smaller(a, b);
}
template <class T>
T larger_or_nan(T a, T b) {
  return std::isnan(a) || std::isnan(b) ? std::numeric_limits<T>::quiet_NaN() : larger(a, b);
}

// A device approximates these to a few units in the last place; here they are rounded correctly or nearly so.
float power_of_two(float a) { return static_cast<float>(std::exp2(double{a})); }
float logarithm(float a) { return static_cast<float>(std::log2(double{a})); }
float sine(float a) { return static_cast<float>(std::sin(double{a})); }
float cosine(float a) { return static_cast<float>(std::cos(double{a})); }
float hyperbolic_tangent(float a) { return static_cast<float>(std::tanh(double{a})); }
float reciprocal_root(float a) { return static_cast<float>(1 / std::sqrt(double{a})); }
double reciprocal_root64(double a) { return 1 / std::sqrt(a); }
/// The upper half of a reciprocal, whose lower half is zero: a seed of Newton's method.
double reciprocal_seed(double a) {
  const double flushed = std::fpclassify(a) == FP_SUBNORMAL ? std::copysign(0.0, a) : a;
  const double r = 1 / flushed;
  const auto bits = std::bit_cast<uint64_t>(r) & 0xffffffff00000000U;
  return std::bit_cast<double>(std::isnan(r) ? uint64_t{0x7fffffff00000000} : bits);
}

template <template <class> class F>
Handler of_width(const Decoder& d, Type type) {
  return type.bits == 64 ? lanewise<F<double>::kFunction>(d) : lanewise<F<float>::kFunction>(d);
}

#define FLOAT_FUNCTION(Name, function)              \
  template <class T>                                \
  struct Name {                                     \
    static constexpr auto kFunction = &function<T>; \
  }
FLOAT_FUNCTION(Sum, sum);
FLOAT_FUNCTION(Difference, difference);
FLOAT_FUNCTION(Product, product);
FLOAT_FUNCTION(Quotient, quotient);
FLOAT_FUNCTION(Fused, fused);
FLOAT_FUNCTION(Absolute, absolute);
FLOAT_FUNCTION(Negative, negative);
FLOAT_FUNCTION(SquareRoot, square_root);
FLOAT_FUNCTION(Reciprocal, reciprocal);
FLOAT_FUNCTION(WithSignOf, with_sign_of);
FLOAT_FUNCTION(Smaller, smaller);
FLOAT_FUNCTION(Larger, larger);
FLOAT_FUNCTION(SmallerOrNaN, smaller_or_nan);
FLOAT_FUNCTION(LargerOrNaN, larger_or_nan);
#undef FLOAT_FUNCTION

Handler handler_of(const Decoder& d, Type type) {
  const std::string& op = d.opcode();
  if (op == "add") return of_width<Sum>(d, type);
  if (op == "sub") return of_width<Difference>(d, type);
  if (op == "mul") return of_width<Product>(d, type);
  if (op == "div") return of_width<Quotient>(d, type);
  if (op == "fma" || op == "mad") return of_width<Fused>(d, type);
  if (op == "abs") return of_width<Absolute>(d, type);
  if (op == "neg") return of_width<Negative>(d, type);
  if (op == "sqrt") return of_width<SquareRoot>(d, type);
  if (op == "copysign") return of_width<WithSignOf>(d, type);
  if (op == "min") return d.has("NaN") ? of_width<SmallerOrNaN>(d, type) : of_width<Smaller>(d, type);
  if (op == "max") return d.has("NaN") ? of_width<LargerOrNaN>(d, type) : of_width<Larger>(d, type);
  if (op == "rcp") {
    return type.bits == 64 && d.has("approx") ? lanewise<&reciprocal_seed>() : of_width<Reciprocal>(d, type);
  }
  if (op == "rsqrt") return type.bits == 64 ? lanewise<&reciprocal_root64>() : lanewise<&reciprocal_root>(d);
  if (type.bits == 32) {
    if (op == "ex2") return lanewise<&power_of_two>(d);
    if (op == "lg2") return lanewise<&logarithm>(d);
    if (op == "sin") return lanewise<&sine>(d);
    if (op == "cos") return lanewise<&cosine>(d);
    if (op == "tanh") return lanewise<&hyperbolic_tangent>(d);
  }
  d.refuse();
}

}  // namespace

void decode_float(Decoder& d) {
  const Type type = d.type();
  if (type.kind != Type::kFloat || type.bits < 32 || d.has("xorsign") || d.operands() > 4) d.refuse();
  emit_uniform(d, handler_of(d, type), type);
}

}  // namespace standin::ptx
