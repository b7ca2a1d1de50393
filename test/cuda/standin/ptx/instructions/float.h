#pragma once

#include "../decoder.h"

namespace standin::ptx {

/// Arithmetic in fp32 and fp64.
void decode_float(Decoder& d);

}  // namespace standin::ptx
