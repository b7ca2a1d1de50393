// The driver's library, libcuda.so.1, as far as LibTorch asks for it: whether a device has a context.

#define EXPORT __attribute__((visibility("default")))

EXPORT int cuDriverGetVersion(int* version) {
  *version = 13000;
  return 0;
}
EXPORT int cuDevicePrimaryCtxGetState(int device, unsigned* flags, int* is_active) {
  (void)device;
  *flags = 0;
  *is_active = 1;
  return 0;
}
EXPORT int cuDeviceGet(int* device, int index) {
  *device = index;
  return 0;
}
EXPORT int cuCtxGetCurrent(void** context) {
  *context = (void*)1;
  return 0;
}
EXPORT int cuGetErrorString(int error, const char** text) {
  (void)error;
  *text = "an error of the stand-in";
  return 0;
}
