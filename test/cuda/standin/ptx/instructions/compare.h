#pragma once

#include "../decoder.h"

/// Comparisons and selections: setp, set, selp.
namespace standin::ptx {

void decode_setp(Decoder& d);
void decode_set(Decoder& d);
void decode_selp(Decoder& d);

}  // namespace standin::ptx
