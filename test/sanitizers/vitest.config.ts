import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/sanitizers/*.test.ts', 'test/native/*.test.ts', 'test/optimizer/*.test.ts', 'test/train/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      // They take long, and run the same native code as the others.
      'test/**/*.full.test.ts',
      // It measures memory, of which a sanitizer needs much itself.
      'test/native/memory.test.ts',
      // ThreadSanitizer's addon has no threads of OpenMP to watch.
      'test/native/load-watch.test.ts',
      // A Python with the sanitizer reports findings in PyTorch.
      'test/optimizer/torch-optim.test.ts',
    ],
    setupFiles: './test/support/setup.ts',
    pool: 'forks',
    // Starting Node and LibTorch takes longer than most of these files, so files share a process.
    isolate: false,
    maxWorkers: '100%',
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 300_000,
  },
})
