import { config } from '../theme.js'

/** Widths of lines in points: those of axes, and of curves if they are few or many. */
export const lines = { axis: 0.5, curve: 1, fine: 0.5, guide: 0.8 }

/** The text of ticks and legends, relative to that of titles. */
const small = 7 / 8

/** Points of ticks and legends. */
export const smallSize = (fontSize: number): number => fontSize * small

/** The figures' common style in points instead of pixels. */
export function printConfig(font: string, fontSize: number): typeof config {
  const labelFontSize = smallSize(fontSize)
  const { axis, axisX, header, legend, line, text, title } = config
  const layout = { direction: 'vertical', anchor: 'start', margin: 2 }
  return {
    ...config,
    font,
    padding: 1.5,
    axis: {
      ...axis,
      labelFontSize,
      titleFontSize: fontSize,
      domainWidth: lines.axis,
      tickWidth: lines.axis,
      gridWidth: 0.4,
      tickSize: 2.5,
      labelPadding: 1.5,
      titlePadding: 3,
    },
    axisX: axisX!,
    header: { ...header, labelFontSize: fontSize },
    legend: {
      ...legend,
      labelFontSize,
      titleFontSize: labelFontSize,
      symbolStrokeWidth: 1.2,
      symbolSize: 110,
      symbolOpacity: 1,
      offset: 5,
      padding: 0,
      rowPadding: 1,
      columnPadding: 6,
      labelOffset: 3,
      titlePadding: 2,
      gradientThickness: 7,
      gradientLabelOffset: 2,
      gradientStrokeWidth: 0,
      layout: { bottom: layout, top: layout } as never,
    },
    line: { ...line, strokeWidth: lines.curve },
    text: { ...text, fontSize },
    title: { ...title, fontSize },
  }
}
