# The CUDA sources of native/, where LibTorch is a CUDA build and nvcc is there to compile them: CMAKE_CUDA_COMPILER, which
# scripts/setup/compiler.mjs looks for.
# Sets LAYER_ROTATION_CUDA_SOURCES; C++ sees LAYER_ROTATION_CUDA_KERNELS. Without nvcc the addon still runs on CUDA,
# through LibTorch's own kernels.

set(LAYER_ROTATION_CUDA_SOURCES "")
file(GLOB_RECURSE cuda_sources CONFIGURE_DEPENDS native/*.cu)
if(NOT LIBTORCH_CUDA OR NOT cuda_sources)
  return()
endif()
include(CheckLanguage)
check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
  message(STATUS "nvcc was not found: built without CUDA kernels of its own")
  return()
endif()

if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  # Ampere to Blackwell, as far as this nvcc goes.
  execute_process(COMMAND "${CMAKE_CUDA_COMPILER}" --list-gpu-arch OUTPUT_VARIABLE known)
  foreach(architecture 80 86 89 90 100 120)
    if(known MATCHES "compute_${architecture}\n")
      list(APPEND CMAKE_CUDA_ARCHITECTURES ${architecture})
    endif()
  endforeach()
endif()
enable_language(CUDA)
# The standard as a flag: CMake 3.25 leaves it out for an nvcc that is newer than itself. Kernels call the constexpr
# functions of the standard library, such as std::max.
# --threads 0: the architectures of a file beside each other.
string(APPEND CMAKE_CUDA_FLAGS " --std=c++20 --expt-relaxed-constexpr --threads 0")
set(LAYER_ROTATION_CUDA_SOURCES ${cuda_sources})
target_compile_definitions(LibTorch::LibTorch INTERFACE LAYER_ROTATION_CUDA_KERNELS)

# One CUDA runtime in a process: the one that LibTorch uses, not a static copy of the toolkit's.
set(CMAKE_CUDA_RUNTIME_LIBRARY None)
find_library(cudart NAMES libcudart.so.13 cudart
  HINTS ${LIBTORCH_CUDA_LIB_FOLDERS} "${LIBTORCH_FOLDER}/lib" ${CMAKE_CUDA_IMPLICIT_LINK_DIRECTORIES}
  REQUIRED)
target_link_libraries(LibTorch::LibTorch INTERFACE "${cudart}")
