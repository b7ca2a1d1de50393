/** The LibTorch versions that this package supports; native/libtorch_version.h repeats them for C++. */
const oldest = [2, 11]
const newest = [2, 14]

/** The major version of CUDA that a CUDA build of LibTorch must have. */
export const cudaMajor = 13

/**
 * The version that pip installs if no LibTorch is found: LAYER_ROTATION_LIBTORCH_VERSION, or the best tested one.
 * @param {NodeJS.ProcessEnv} env
 */
export function privateVersion(env) {
  return env['LAYER_ROTATION_LIBTORCH_VERSION'] || '2.13.0'
}

export const supportedVersions = `${oldest.join('.')} to ${newest.join('.')}, for the CPU or for CUDA ${cudaMajor}`

/** @param {string} version such as '2.13.0' */
export function isSupported(version) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return false
  const [major, minor] = version.split('.').map(Number)
  return major === oldest[0] && Number(minor) >= Number(oldest[1]) && Number(minor) <= Number(newest[1])
}
