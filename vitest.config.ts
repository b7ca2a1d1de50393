import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A native addon and worker threads of the test runner do not go together: each file gets a process of its own.
    pool: 'forks',
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 60_000,
  },
})
