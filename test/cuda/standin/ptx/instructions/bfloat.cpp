#include "bfloat.h"

#include <algorithm>

#include "lanewise.h"

namespace standin::ptx {

namespace {

/// a + b without an error beyond the last bit, which is odd where the sum is not exact: so rounding it again gives what
/// rounding the exact sum would.
double sum_to_odd(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  const double error = (a - (sum - part)) + (b - part);
  if (!std::isfinite(sum) || error == 0 || (std::bit_cast<uint64_t>(sum) & 1) != 0) return sum;
  return std::nextafter(sum, error > 0 ? INFINITY : -INFINITY);
}

Bf16 sum(Bf16 a, Bf16 b) { return rounded(sum_to_odd(widened(a), widened(b))); }
Bf16 difference(Bf16 a, Bf16 b) { return rounded(sum_to_odd(widened(a), -double{widened(b)})); }
Bf16 product(Bf16 a, Bf16 b) { return rounded(double{widened(a)} * widened(b)); }
Bf16 fused(Bf16 a, Bf16 b, Bf16 c) { return rounded(sum_to_odd(double{widened(a)} * widened(b), widened(c))); }
Bf16 fused_relu(Bf16 a, Bf16 b, Bf16 c) {
  const Bf16 result = fused(a, b, c);
  return widened(result) < 0 ? Bf16{0} : result;
}
Bf16 absolute(Bf16 a) { return {static_cast<uint16_t>(a.bits & 0x7fff)}; }
Bf16 negative(Bf16 a) { return {static_cast<uint16_t>(a.bits ^ 0x8000)}; }

bool is_nan(Bf16 a) { return std::isnan(widened(a)); }
/// A NaN gives way to a number, and -0 is below +0.
bool goes_first(Bf16 a, Bf16 b) {
  return widened(a) < widened(b) || (widened(a) == widened(b) && std::signbit(widened(a)));
}
Bf16 smaller(Bf16 a, Bf16 b) {
  if (is_nan(a) && is_nan(b)) return {kBf16NaN};
  return is_nan(b) || (!is_nan(a) && goes_first(a, b)) ? a : b;
}
Bf16 larger(Bf16 a, Bf16 b) {
  if (is_nan(a) && is_nan(b)) return {kBf16NaN};
  return is_nan(b) || (!is_nan(a) && !goes_first(a, b)) ? a : b;
}
Bf16 smaller_or_nan(Bf16 a, Bf16 b) { return is_nan(a) || is_nan(b) ? Bf16{kBf16NaN} : smaller(a, b); }
Bf16 larger_or_nan(Bf16 a, Bf16 b) { return is_nan(a) || is_nan(b) ? Bf16{kBf16NaN} : larger(a, b); }
Bf16 power_of_two(Bf16 a) { return rounded(std::exp2(double{widened(a)})); }
Bf16 hyperbolic_tangent(Bf16 a) { return rounded(std::tanh(double{widened(a)})); }

template <Bf16 (*kFunction)(Bf16)>
Bf16x2 both(Bf16x2 a) {
  return {kFunction(a.low), kFunction(a.high)};
}
template <Bf16 (*kFunction)(Bf16, Bf16)>
Bf16x2 both(Bf16x2 a, Bf16x2 b) {
  return {kFunction(a.low, b.low), kFunction(a.high, b.high)};
}
template <Bf16 (*kFunction)(Bf16, Bf16, Bf16)>
Bf16x2 both(Bf16x2 a, Bf16x2 b, Bf16x2 c) {
  return {kFunction(a.low, b.low, c.low), kFunction(a.high, b.high, c.high)};
}

template <Bf16 (*kFunction)(Bf16)>
Handler unary(Type type) {
  if (type.packed) return lanewise<static_cast<Bf16x2 (*)(Bf16x2)>(&both<kFunction>)>();
  return lanewise<kFunction>();
}
template <Bf16 (*kFunction)(Bf16, Bf16)>
Handler binary(Type type) {
  if (type.packed) return lanewise<static_cast<Bf16x2 (*)(Bf16x2, Bf16x2)>(&both<kFunction>)>();
  return lanewise<kFunction>();
}
template <Bf16 (*kFunction)(Bf16, Bf16, Bf16)>
Handler ternary(Type type) {
  if (type.packed) return lanewise<static_cast<Bf16x2 (*)(Bf16x2, Bf16x2, Bf16x2)>(&both<kFunction>)>();
  return lanewise<kFunction>();
}

Handler handler_of(const Decoder& d, Type type) {
  const std::string& op = d.opcode();
  if (op == "add") return binary<&sum>(type);
  if (op == "sub") return binary<&difference>(type);
  if (op == "mul") return binary<&product>(type);
  if (op == "fma") return d.has("relu") ? ternary<&fused_relu>(type) : ternary<&fused>(type);
  if (op == "abs") return unary<&absolute>(type);
  if (op == "neg") return unary<&negative>(type);
  if (op == "min") return d.has("NaN") ? binary<&smaller_or_nan>(type) : binary<&smaller>(type);
  if (op == "max") return d.has("NaN") ? binary<&larger_or_nan>(type) : binary<&larger>(type);
  if (op == "ex2") return unary<&power_of_two>(type);
  if (op == "tanh") return unary<&hyperbolic_tangent>(type);
  d.refuse();
}

}  // namespace

void decode_bfloat(Decoder& d) {
  const Type type = d.type();
  if (d.has("sat") || d.has("rz") || d.has("xorsign") || d.operands() > 4) d.refuse();
  emit_uniform(d, handler_of(d, type), type);
}

}  // namespace standin::ptx
