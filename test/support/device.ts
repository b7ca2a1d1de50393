/** The device of trainings and layers in tests: LAYER_ROTATION_TEST_DEVICE, such as cuda; by default the CPU. */
export const testDevice = process.env['LAYER_ROTATION_TEST_DEVICE'] ?? 'cpu'

/** The device's name as a trainer reports it. */
export const testDeviceName = testDevice === 'cuda' ? 'cuda:0' : testDevice

/** The relative tolerance of a convolution in fp32. On a GPU cuDNN may use Winograd's or FFT algorithms, which round more. */
export const convolutionTolerance = testDevice === 'cpu' ? 1e-6 : 1e-5
