#include <map>

#include "../decoder.h"
#include "bfloat.h"
#include "compare.h"
#include "convert.h"
#include "float.h"
#include "integer.h"
#include "memory.h"
#include "move.h"
#include "warp_wide.h"

namespace standin::ptx {

namespace {

/// Opcodes that integers and floating-point numbers share.
void decode_arithmetic(Decoder& d) {
  switch (d.type().kind) {
    case Type::kFloat: return decode_float(d);
    case Type::kBfloat: return decode_bfloat(d);
    default: return decode_integer(d);
  }
}

}  // namespace

DecodeInstruction decoder_of(std::string_view opcode) {
  // Never destroyed: threads may still decode while the process ends.
  static const auto& kDecoders = *new std::map<std::string_view, DecodeInstruction>{
      {"add", decode_arithmetic},
      {"sub", decode_arithmetic},
      {"mul", decode_arithmetic},
      {"mad", decode_arithmetic},
      {"fma", decode_arithmetic},
      {"div", decode_arithmetic},
      {"abs", decode_arithmetic},
      {"neg", decode_arithmetic},
      {"min", decode_arithmetic},
      {"max", decode_arithmetic},
      {"ex2", decode_arithmetic},
      {"tanh", decode_arithmetic},
      {"rcp", decode_float},
      {"sqrt", decode_float},
      {"rsqrt", decode_float},
      {"lg2", decode_float},
      {"sin", decode_float},
      {"cos", decode_float},
      {"copysign", decode_float},
      {"rem", decode_integer},
      {"sad", decode_integer},
      {"cnot", decode_integer},
      {"addc", decode_integer},
      {"subc", decode_integer},
      {"madc", decode_integer},
      {"mul24", decode_integer},
      {"mad24", decode_integer},
      {"shl", decode_integer},
      {"shr", decode_integer},
      {"shf", decode_integer},
      {"bfe", decode_integer},
      {"bfi", decode_integer},
      {"bfind", decode_integer},
      {"brev", decode_integer},
      {"clz", decode_integer},
      {"popc", decode_integer},
      {"prmt", decode_integer},
      {"lop3", decode_integer},
      {"dp4a", decode_integer},
      {"and", decode_logic},
      {"or", decode_logic},
      {"xor", decode_logic},
      {"not", decode_logic},
      {"setp", decode_setp},
      {"set", decode_set},
      {"selp", decode_selp},
      {"mov", decode_mov},
      {"cvta", decode_cvta},
      {"isspacep", decode_isspacep},
      {"cvt", decode_cvt},
      {"ld", decode_load},
      {"ldu", decode_load},
      {"st", decode_store},
      {"atom", decode_atomic},
      {"red", decode_atomic},
      {"shfl", decode_shuffle},
      {"vote", decode_vote},
      {"match", decode_match},
      {"redux", decode_redux},
      {"activemask", decode_active_mask},
      {"elect", decode_elect},
      {"bar", decode_barrier},
      {"barrier", decode_barrier},
      {"membar", decode_ordering},
      {"fence", decode_ordering},
      {"prefetch", decode_ordering},
      {"prefetchu", decode_ordering},
      {"nanosleep", decode_ordering},
      {"griddepcontrol", decode_ordering},
      {"trap", decode_trap},
      {"brkpt", decode_trap},
  };
  const auto found = kDecoders.find(opcode);
  return found == kDecoders.end() ? nullptr : found->second;
}

}  // namespace standin::ptx
