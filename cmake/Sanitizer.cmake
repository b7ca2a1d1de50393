# LAYER_ROTATION_SANITIZE instruments the addon for `npm run sanitize`. Such an addon is for tests only: the sanitizer's
# library must be loaded before Node, and time and memory are several times as large.

set(LAYER_ROTATION_SANITIZE "" CACHE STRING "address (with undefined behaviour) or thread; empty: none")
set_property(CACHE LAYER_ROTATION_SANITIZE PROPERTY STRINGS "" address thread)

if(LAYER_ROTATION_SANITIZE STREQUAL "address")
  # Without vptr: it needs type information of classes that LibTorch does not export.
  set(sanitizer_flags -fsanitize=address,undefined,float-cast-overflow -fno-sanitize=vptr -fno-sanitize-recover=all)
elseif(LAYER_ROTATION_SANITIZE STREQUAL "thread")
  set(sanitizer_flags -fsanitize=thread)
elseif(NOT LAYER_ROTATION_SANITIZE STREQUAL "")
  message(FATAL_ERROR "LAYER_ROTATION_SANITIZE is \"${LAYER_ROTATION_SANITIZE}\"; expected address or thread")
endif()

# Instruments a target.
function(layer_rotation_sanitize target)
  # march=native replaces the clones of native/device/clones.h, which would take too long to compile.
  set(flags ${sanitizer_flags} -O1 -g1 -march=native -fno-omit-frame-pointer)
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${flags}>")
  # Checks the bounds of standard containers; the sanitizers know only the memory behind them.
  target_compile_definitions(${target} PRIVATE _GLIBCXX_ASSERTIONS)
  target_link_options(${target} PRIVATE ${sanitizer_flags})
  if(LAYER_ROTATION_SANITIZE STREQUAL "thread")
    target_precompile_headers(${target} PRIVATE
      "$<$<COMPILE_LANGUAGE:CXX>:${PROJECT_SOURCE_DIR}/test/sanitizers/parallel_threads.h>")
  endif()
endfunction()
