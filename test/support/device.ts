/** Where trainings and layers of the tests run: LAYER_ROTATION_TEST_DEVICE, such as cuda, by default the CPU. */
export const testDevice = process.env['LAYER_ROTATION_TEST_DEVICE'] ?? 'cpu'

/** As a trainer names it. */
export const testDeviceName = testDevice === 'cuda' ? 'cuda:0' : testDevice
