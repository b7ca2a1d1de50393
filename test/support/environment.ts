import type { RunEnvironment } from '../../src/run/environment.js'

/** The environment of runs that tests write by hand. */
export const environment: RunEnvironment = {
  layerRotation: '0.1.0',
  node: '20.20.2',
  libtorch: '2.13.0',
  device: 'cpu',
  precision: 'fp32',
  memoryFormat: 'channelsLast',
  threads: 2,
  platform: 'linux-x64',
  cpu: 'a processor',
  commit: null,
  seed: 1,
  stepsPerEpoch: 10,
  data: '0'.repeat(64),
  startedAt: '2026-11-23T05:22:33.000Z',
}
