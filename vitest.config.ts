import { configDefaults, defineConfig } from 'vitest/config'

// npm test runs all projects but `full`; npm run test:full runs `full`. The sanitizers have a configuration of their own.

/** Files that take minutes: the full-size networks against PyTorch, and the longest numerical comparisons. */
const full = 'test/**/*.full.test.ts'

/** Files that measure or load what a process has only one of: its memory and its addon. */
const alone = ['test/native/memory.test.ts', 'test/native/loading.test.ts']

const excluded = [...configDefaults.exclude, 'test/sanitizers/**']

export default defineConfig({
  test: {
    // A native addon does not work with the test runner's worker threads.
    pool: 'forks',
    // By default one core is idle.
    maxWorkers: '100%',
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two files run at once: threads that wait must not keep a core busy.
    env: { OMP_WAIT_POLICY: 'passive' },
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [...excluded, full, ...alone],
          // Starting Node, the package and LibTorch takes longer than most files, so files share a process.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, exclude: excluded, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'full', include: [full], exclude: excluded, sequence: { groupOrder: 2 } },
      },
    ],
  },
})
