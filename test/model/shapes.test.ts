import { expect, test } from 'vitest'
test.todo('x')
