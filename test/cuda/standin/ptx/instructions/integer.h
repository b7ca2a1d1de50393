#pragma once

#include "../decoder.h"

/// Arithmetic, bits and shifts of integers, and logic of predicates.
namespace standin::ptx {

void decode_integer(Decoder& d);
void decode_logic(Decoder& d);

}  // namespace standin::ptx
