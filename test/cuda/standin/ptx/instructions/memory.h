#pragma once

#include "../decoder.h"

/// Loads, stores and atomic operations.
namespace standin::ptx {

void decode_load(Decoder& d);
void decode_store(Decoder& d);
void decode_atomic(Decoder& d);

}  // namespace standin::ptx
