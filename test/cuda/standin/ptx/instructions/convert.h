#pragma once

#include "../decoder.h"

/// cvt between integers, floating-point numbers and bf16.
namespace standin::ptx {

void decode_cvt(Decoder& d);

}  // namespace standin::ptx
