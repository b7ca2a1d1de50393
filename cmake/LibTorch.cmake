# Defines LibTorch::LibTorch, an imported target with include folders and libraries by absolute path.
#
# find_package(Torch) is not an alternative: it requires a CUDA toolkit for a CUDA build, and mixes two LibTorchs if the
# system has another one.

include(Glob)

set(LIBTORCH_FOLDER "" CACHE PATH "the folder of LibTorch, with include/ and lib/")
if(NOT EXISTS "${LIBTORCH_FOLDER}/lib/libtorch.so")
  message(FATAL_ERROR "LIBTORCH_FOLDER=${LIBTORCH_FOLDER} has no lib/libtorch.so; node scripts/setup.mjs finds LibTorch and sets it")
endif()

set(libtorch_libraries torch torch_cpu c10)
if(EXISTS "${LIBTORCH_FOLDER}/lib/libtorch_cuda.so")
  set(LIBTORCH_CUDA 1)
  list(APPEND libtorch_libraries torch_cuda c10_cuda)
else()
  set(LIBTORCH_CUDA 0)
endif()
list(TRANSFORM libtorch_libraries REPLACE "(.+)" "${LIBTORCH_FOLDER}/lib/lib\\1.so")

# A process must have one OpenMP runtime: the one that LibTorch contains, or else the compiler's.
layer_rotation_glob_folder(libtorch_pattern "${LIBTORCH_FOLDER}")
file(GLOB libtorch_openmp "${libtorch_pattern}/lib/libgomp*.so*")
if(libtorch_openmp)
  list(GET libtorch_openmp 0 libtorch_openmp)
else()
  set(libtorch_openmp -fopenmp)
endif()

# pip installs the CUDA libraries and their headers beside torch, each into its own folder.
cmake_path(GET LIBTORCH_FOLDER PARENT_PATH packages)
layer_rotation_glob_folder(packages "${packages}")
file(GLOB LIBTORCH_CUDA_LIB_FOLDERS "${packages}/nvidia/*/lib")
file(GLOB LIBTORCH_CUDA_INCLUDE_FOLDERS "${packages}/nvidia/*/include")

add_library(LibTorch::LibTorch INTERFACE IMPORTED)
target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
  "${LIBTORCH_FOLDER}/include"
  "${LIBTORCH_FOLDER}/include/torch/csrc/api/include"
  ${LIBTORCH_CUDA_INCLUDE_FOLDERS})
target_compile_definitions(LibTorch::LibTorch INTERFACE
  LAYER_ROTATION_LIBTORCH_FOLDER="${LIBTORCH_FOLDER}"
  LAYER_ROTATION_CUDA=${LIBTORCH_CUDA}
  _GLIBCXX_USE_CXX11_ABI=1)
# at::parallel_for is a header, and uses one thread if it is compiled without OpenMP.
if(NOT LAYER_ROTATION_SANITIZE STREQUAL "thread")
  target_compile_options(LibTorch::LibTorch INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fopenmp>)
endif()
# --no-as-needed: the addon calls no symbol of libtorch_cuda.so, and the linker would drop the library. LibTorch would then
# report CUDA as not available.
target_link_options(LibTorch::LibTorch INTERFACE LINKER:--no-as-needed)
foreach(folder IN LISTS LIBTORCH_CUDA_LIB_FOLDERS)
  target_link_options(LibTorch::LibTorch INTERFACE "LINKER:-rpath-link,${folder}")
endforeach()
target_link_libraries(LibTorch::LibTorch INTERFACE ${libtorch_libraries} ${libtorch_openmp})
