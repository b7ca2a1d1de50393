// The test runner runs this file before each test file, and what it imports once in each process.
import './typed-array-equality.js'
