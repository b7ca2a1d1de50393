import { testFormulas } from './formulas.js'

// Errors that grow with the number of steps show only here.
testFormulas(200)
