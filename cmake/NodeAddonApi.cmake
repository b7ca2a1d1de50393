# Defines NodeAddonApi::NodeAddonApi: Node-API's headers and their C++ wrapper, both from npm, which cmake-js finds.

add_library(NodeAddonApi::NodeAddonApi INTERFACE IMPORTED)
target_include_directories(NodeAddonApi::NodeAddonApi SYSTEM INTERFACE ${CMAKE_JS_INC})
# _ALL: a c10::Error that leaves a synchronous call becomes a JavaScript error instead of ending the process.
# SWALLOW: an error that can no longer be thrown, because its worker_thread is ending, is dropped instead of ending the
# process.
target_compile_definitions(NodeAddonApi::NodeAddonApi INTERFACE NAPI_VERSION=8 NODE_ADDON_API_CPP_EXCEPTIONS_ALL
  NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS)
