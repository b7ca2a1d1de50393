# Adds the CUDA sources of native/ if LibTorch is a CUDA build and CMAKE_CUDA_COMPILER is an nvcc, which
# scripts/setup/compiler.mjs looks for.
# Sets LAYER_ROTATION_CUDA_SOURCES, and defines LAYER_ROTATION_CUDA_KERNELS for C++. Without nvcc the addon still runs on
# CUDA, with LibTorch's kernels.

set(LAYER_ROTATION_CUDA_SOURCES "")
file(GLOB_RECURSE cuda_sources CONFIGURE_DEPENDS "${source_pattern}/native/*.cu")
if(NOT LIBTORCH_CUDA OR NOT cuda_sources)
  return()
endif()
include(CheckLanguage)
check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
  message(STATUS "nvcc was not found: building without CUDA kernels")
  return()
endif()

if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES AND NOT DEFINED ENV{CUDAARCHS})
  # Ampere to Blackwell, as far as this nvcc supports them. CMake itself reads CUDAARCHS.
  execute_process(COMMAND "${CMAKE_CUDA_COMPILER}" --list-gpu-arch OUTPUT_VARIABLE known)
  foreach(architecture 80 86 89 90 100 120)
    if(known MATCHES "compute_${architecture}\n")
      list(APPEND CMAKE_CUDA_ARCHITECTURES ${architecture})
    endif()
  endforeach()
endif()
enable_language(CUDA)
# std: CMake 3.25 omits the standard for an nvcc that is newer than itself.
# expt-relaxed-constexpr: kernels call constexpr functions of the standard library, such as std::max.
# threads 0: compiles the architectures of a file in parallel.
string(APPEND CMAKE_CUDA_FLAGS " --std=c++20 --expt-relaxed-constexpr --threads 0")
set(LAYER_ROTATION_CUDA_SOURCES ${cuda_sources})
target_compile_definitions(LibTorch::LibTorch INTERFACE LAYER_ROTATION_CUDA_KERNELS)

# A process must have one CUDA runtime: LibTorch's, not a static copy of the toolkit's.
set(CMAKE_CUDA_RUNTIME_LIBRARY None)
find_library(cudart NAMES libcudart.so.13 cudart
  HINTS ${LIBTORCH_CUDA_LIB_FOLDERS} "${LIBTORCH_FOLDER}/lib" ${CMAKE_CUDA_IMPLICIT_LINK_DIRECTORIES}
  REQUIRED)
target_link_libraries(LibTorch::LibTorch INTERFACE "${cudart}")
