import { controls } from './cases.js'
import { testFormulas } from './formulas.js'

// Errors that grow with the number of steps show only here.
testFormulas(200, { largeUnder: Object.keys(controls) })
