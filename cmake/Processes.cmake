# Compiles the file that knows c10d's backends: Gloo, and NCCL if LibTorch is a CUDA build with NCCL's header beside it.
# LibTorch's libraries have them; native/processes/declared says why the headers of Gloo are declared here.

set(processes "${CMAKE_CURRENT_SOURCE_DIR}/native/processes")
set(process_definitions USE_DISTRIBUTED USE_C10D_GLOO)
set(process_includes "${processes}/declared")
# nccl.h includes CUDA's runtime, of which LibTorch's packages lack the headers in crt/; a toolkit has them.
if(LIBTORCH_CUDA)
  find_path(nccl_include nccl.h PATHS ${LIBTORCH_CUDA_INCLUDE_FOLDERS})
  find_path(crt_include crt/host_config.h
    PATHS ${LIBTORCH_CUDA_INCLUDE_FOLDERS} ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
  if(nccl_include AND crt_include)
    list(APPEND process_definitions USE_C10D_NCCL)
    list(APPEND process_includes "${crt_include}")
  else()
    message(STATUS "nccl.h or a CUDA toolkit was not found: building without NCCL, which several processes need on CUDA devices")
  endif()
endif()
set_source_files_properties("${processes}/process_collectives.cpp" PROPERTIES
  COMPILE_DEFINITIONS "${process_definitions}"
  INCLUDE_DIRECTORIES "${process_includes}"
  SKIP_UNITY_BUILD_INCLUSION ON)
