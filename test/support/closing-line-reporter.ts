import type { Reporter, TestModule } from 'vitest/node'

/** Ends the output with a plain line for CI: `N passed, N failed`, and `, N skipped` if a test was skipped. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      let tests = 0
      for (const test of module.children.allTests()) {
        tests += 1
        const { state } = test.result()
        if (state !== 'pending') count[state] += 1
      }
      // A file that cannot be loaded has no tests, and counts as one failure.
      if (tests === 0 && module.state() === 'failed') count.failed += 1
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
    // On exit, so that the line follows the default reporter's summary.
    process.once('exit', () => {
      process.stdout.write(`${count.passed} passed, ${count.failed} failed${skipped}\n`)
    })
  }
}
