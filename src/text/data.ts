import { dataSetOf, type DataConfig } from '../data/data.js'
import { count } from '../numbers.js'

/** The name of what losses and accuracies are means over. */
export const examplesText = ({ type }: DataConfig): 'images' | 'tokens' => (type === 'tokens' ? 'tokens' : 'images')

/** Names the data of an experiment, without the part of them that trains. */
export const dataName = (data: DataConfig): string => dataSetOf(data).text(data)

/** Describes the data of an experiment in a few words. */
export function dataText(data: DataConfig): string {
  const text = dataName(data)
  if (!('perClass' in data)) return text
  const { perClass, folder } = data
  const images = perClass === null ? 'all training images' : `${count(perClass)} training images a class`
  return `${text}, ${images}${folder === null ? '' : ` from ${folder}`}`
}
