import { testFormulas } from './formulas.js'

testFormulas(50)
