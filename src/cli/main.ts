#!/usr/bin/env node
import { guardSignals } from './interruption.js'

guardSignals()
// Everything else loads afterwards: until then a signal finds this process unprepared.
const { runProgram } = await import('./program.js')
await runProgram()
