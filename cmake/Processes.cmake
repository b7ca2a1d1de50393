# Compiles the file that knows c10d's backends: Gloo, and NCCL if LibTorch is a CUDA build with NCCL's header beside it.
# LibTorch's libraries have them; native/processes/declared says why the headers of Gloo are declared here.

set(processes "${CMAKE_CURRENT_SOURCE_DIR}/native/processes")
set(process_definitions USE_DISTRIBUTED USE_C10D_GLOO)
set(process_includes "${processes}/declared")
if(LIBTORCH_CUDA)
  find_path(nccl_include nccl.h PATHS ${LIBTORCH_CUDA_INCLUDE_FOLDERS})
  if(nccl_include)
    list(APPEND process_definitions USE_C10D_NCCL)
  else()
    message(STATUS "nccl.h was not found: building without NCCL, which several processes need on CUDA devices")
  endif()
endif()
set_source_files_properties("${processes}/process_collectives.cpp" PROPERTIES
  COMPILE_DEFINITIONS "${process_definitions}"
  INCLUDE_DIRECTORIES "${process_includes}"
  SKIP_UNITY_BUILD_INCLUSION ON)
