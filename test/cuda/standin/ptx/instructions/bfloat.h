#pragma once

#include "../decoder.h"

namespace standin::ptx {

/// Arithmetic in bf16 and bf16x2.
void decode_bfloat(Decoder& d);

}  // namespace standin::ptx
