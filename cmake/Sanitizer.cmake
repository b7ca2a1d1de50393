# LAYER_ROTATION_SANITIZE: the addon as `npm run sanitize` runs the tests with it. Not for use: it needs the
# sanitizer's library loaded before Node, and takes several times the time and memory.

set(LAYER_ROTATION_SANITIZE "" CACHE STRING "address (with undefined behaviour) or thread; empty: none")
set_property(CACHE LAYER_ROTATION_SANITIZE PROPERTY STRINGS "" address thread)

if(LAYER_ROTATION_SANITIZE STREQUAL "address")
  # vptr asks for the type information of classes that LibTorch keeps to itself.
  set(sanitizer_flags -fsanitize=address,undefined,float-cast-overflow -fno-sanitize=vptr -fno-sanitize-recover=all)
elseif(LAYER_ROTATION_SANITIZE STREQUAL "thread")
  set(sanitizer_flags -fsanitize=thread)
elseif(NOT LAYER_ROTATION_SANITIZE STREQUAL "")
  message(FATAL_ERROR "LAYER_ROTATION_SANITIZE=${LAYER_ROTATION_SANITIZE} is neither address nor thread")
endif()

# Instruments a target.
function(layer_rotation_sanitize target)
  # native: instead of the clones of native/device/clones.h, for the time that they take.
  set(flags ${sanitizer_flags} -O1 -g1 -march=native -fno-omit-frame-pointer)
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${flags}>")
  # Also the bounds of standard containers, of which the sanitizers know only the memory behind them.
  target_compile_definitions(${target} PRIVATE _GLIBCXX_ASSERTIONS)
  target_link_options(${target} PRIVATE ${sanitizer_flags})
  if(LAYER_ROTATION_SANITIZE STREQUAL "thread")
    target_precompile_headers(${target} PRIVATE
      "$<$<COMPILE_LANGUAGE:CXX>:${PROJECT_SOURCE_DIR}/test/sanitizers/parallel_threads.h>")
  endif()
endfunction()
