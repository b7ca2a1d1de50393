import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They are of `npm run sanitize`, with an addon of its own.
    exclude: [...configDefaults.exclude, 'test/sanitizers/**'],
    // A native addon and worker threads of the test runner do not go together: each file gets a process of its own.
    pool: 'forks',
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 60_000,
  },
})
