#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8'
import { guardSignals } from './interruption.js'
import { watchOutput } from './output.js'
import { reportError } from './report-error.js'
import { outliveTerminal } from './terminal/lost-terminal.js'

guardSignals()
outliveTerminal()
watchOutput()
// V8 would optimize the WebAssembly that renders figures for longer than it takes to render those of a run.
setFlagsFromString('--wasm-tiering-budget=300000000')
try {
  // Everything else loads afterwards: until then a signal finds this process unprepared.
  const { runProgram } = await import('./program.js')
  await runProgram()
} catch (error) {
  reportError(error)
  process.exitCode = 1
}
