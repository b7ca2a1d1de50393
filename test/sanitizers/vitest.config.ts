import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/sanitizers/*.test.ts', 'test/native/*.test.ts', 'test/optimizer/*.test.ts', 'test/train/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      // The sanitizer keeps freed memory back, and what it knows of each byte.
      'test/native/memory.test.ts',
      // A Python in which it is loaded reports PyTorch.
      'test/optimizer/torch-optim.test.ts',
    ],
    pool: 'forks',
    // Starting Node and LibTorch takes longer than most of these files.
    isolate: false,
    maxWorkers: '100%',
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 300_000,
  },
})
