import { describe, expect, test } from 'vitest'
import { fitLabels, fitText } from '../../src/figure/fit-text.js'
import { readFontMetrics } from '../../src/figure/font.js'

const metrics = readFontMetrics()

describe('a text', () => {
  test('that is narrow enough stays as it is', () => {
    expect(fitText('learning rate', 20)).toBe('learning rate')
    expect(fitText('', 0)).toBe('')
  })

  test.each([5, 10, 22])('that is too wide for %i em keeps its beginning and its end', (em) => {
    const text = `first ${'middle '.repeat(1000)}last`
    const fitting = fitText(text, em)
    expect(fitting).toMatch(/^fi.*….*st$/)
    expect(metrics.width(fitting)).toBeLessThanOrEqual(em)
    expect(metrics.width(fitting)).toBeGreaterThan(em - 2)
  })

  test('has no characters that an SVG cannot hold', () => {
    expect(fitText('a\u0000b\u001bc\nd\u2028e\ud800f\uffffg', 20)).toBe('a�b�c�d�e�f�g')
    expect(fitText('3⁻²·⁵ 漢 𝄞', 20)).toBe('3⁻²·⁵ 漢 𝄞')
  })
})

describe('labels', () => {
  const long = 'an-experiment-with-a-name-of-many-letters'

  test('that fit stay as they are', () => {
    expect(fitLabels(['0.1', '0.2'], 10)).toEqual(['0.1', '0.2'])
  })

  test.each([
    ['in the middle', ['1', '2', '3'].map((i) => `${long}-${i}-${long}`)],
    ['at the end', ['1', '2', '3'].map((i) => `${long}-${i}`)],
    ['at the beginning', ['1', '2', '3'].map((i) => `${i}-${long}`)],
    ['in more than fits', ['a', 'b', 'c'].map((i) => `${long}${i.repeat(200)}${long}`)],
    ['only deep inside', ['a', 'b', 'c'].map((i) => `x${long}${i}${long}y${long}${i}z`)],
  ])('that differ %s stay different', (_, labels) => {
    const fitting = fitLabels(labels, 10)
    expect(new Set(fitting).size).toBe(3)
    for (const label of fitting) expect(metrics.width(label)).toBeLessThanOrEqual(10)
  })

  test('that differ in nothing that fits are numbered', () => {
    const labels = ['a', 'b'].flatMap((x) => ['a', 'b'].map((y) => `x${long}${x}${long}${y}${long}z`))
    expect(fitLabels([...labels, `y${labels[0]}y`], 8)).toEqual(['1', '2', '3', '4', '5'])
  })

  test('that are equal stay equal', () => {
    expect(fitLabels([long, long], 10)).toEqual([fitText(long, 10), fitText(long, 10)])
  })
})
