import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

// Each tier is a project: `npm test` runs `everyday`, `npm run test:full` runs `full`. The tests under sanitizers have a
// configuration of their own, test/sanitizers/vitest.config.ts.

/**
 * Files that take long: networks of full size, every rule in the PyTorch baseline, the rules' formulas over many steps, and
 * each way in which a system call fails or a program ends. Everyday files prove most of it at a smaller size.
 */
const full = 'test/**/*.full.test.ts'

/** Files whose numbers of steps or repetitions are larger in the full tier: see test/support/tier.ts. */
const longer = [
  'test/native/exit.test.ts',
  'test/native/memory.test.ts',
  'test/optimizer/{layca,recorded,torch-optim}.test.ts',
  'test/run/{lock,run-folder}.test.ts',
  'test/train/kills.test.ts',
]

const exclude = [...configDefaults.exclude, 'test/sanitizers/**', 'test/cuda/standin/*.test.ts']

export default defineConfig({
  test: {
    // A native addon does not work with the test runner's worker threads.
    pool: 'forks',
    // Starting Node, the package and LibTorch takes longer than most files, so files share a process.
    isolate: false,
    // Tests that start programs wait for them half of the time, so there are more workers than cores. A percentage would be
    // cut to the number of cores.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // Several files run at once, so a thread that waits must not keep a core busy.
    // The servers that tests start are on this host, which no proxy reaches.
    env: { OMP_WAIT_POLICY: 'passive', no_proxy: '127.0.0.1' },
    setupFiles: './test/support/setup.ts',
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'everyday', include: ['test/**/*.test.ts'], exclude: [...exclude, full] } },
      {
        extends: true,
        test: {
          name: 'full',
          include: [full, ...longer],
          exclude,
          // Also on a machine that is busy with other work, a night is long enough.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          env: { LAYER_ROTATION_TIER: 'full' },
        },
      },
    ],
  },
})
