#include "place_images_kernel.h"

#include <c10/util/BFloat16.h>

#include "../device/run_on_cuda.cuh"

LAYER_ROTATION_CUDA_KERNEL(layer_rotation::PlaceImages<float, uint8_t>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::PlaceImages<c10::BFloat16, uint8_t>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::PlaceImages<float, float>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::PlaceImages<c10::BFloat16, float>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::PlaceMixedImages<float, uint8_t>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::PlaceMixedImages<c10::BFloat16, uint8_t>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::PlaceMixedImages<float, float>);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::PlaceMixedImages<c10::BFloat16, float>);
