/** Where trainings and layers of the tests run: LAYER_ROTATION_TEST_DEVICE, such as cuda, by default the CPU. */
export const testDevice = process.env['LAYER_ROTATION_TEST_DEVICE'] ?? 'cpu'

/** As a trainer names it. */
export const testDeviceName = testDevice === 'cuda' ? 'cuda:0' : testDevice

/** Of a convolution in fp32, relative. On a GPU cuDNN may take Winograd's or FFT algorithms, which round more. */
export const convolutionTolerance = testDevice === 'cpu' ? 1e-6 : 1e-5
