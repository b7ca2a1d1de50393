import { join } from 'node:path'
import type { FigureSource } from '../../figure/figure.js'
import { renderFigure } from '../../figure/render.js'
import { writeFigures } from '../../figure/write-figures.js'
import { writeWhole } from '../../files/write.js'
import { studyLayout } from '../../study/ledger.js'
import type { Study } from '../../study/study-row.js'
import { figureSection } from '../figure-section.js'
import { html } from '../html.js'
import { page } from '../page.js'
import { studySections } from '../study/study-sections.js'
import { comparisonSection, type ComparisonTable } from './comparison-section.js'

/** The parts of the report on an experiment of the paper that the study does not know. */
export interface PaperReport {
  title: string
  /** The question that the experiment answers. */
  question: string
  /** The size of the trainings: the paper's, or how they are scaled. */
  scale: string
  comparison: readonly ComparisonTable[]
  /** Paragraphs below the comparison. */
  notes: readonly string[]
  /** The places where the authors' figures, code and abstract disagree, and which of them the numbers are; may be empty. */
  disagreements: readonly string[]
  /** The figures with the published curves and points. */
  figures: readonly FigureSource[]
}

/**
 * Writes `report.html` and `figures/` into the folder of a study that repeats an experiment of the paper: the comparison with
 * the published numbers, then what the report on any study has. Any part of the study may be finished.
 *
 * @returns the absolute path of report.html
 * @throws {LayerRotationError} WRITE_FAILED; INVALID_FILE if figures is a link
 */
export async function writePaperReport(study: Study, report: PaperReport): Promise<string> {
  const { folder } = study
  const sections = await studySections(study, folder)
  const figures = []
  for (const source of report.figures) figures.push(await renderFigure(source))
  await writeFigures([...figures, ...sections.figures], join(folder, studyLayout.figures))
  const text = page(`${report.title}: ours and the paper’s`, [
    html`<header>
      <h1>${report.title}: ours and the paper’s</h1>
      <p class="lead">${report.question}</p>
      <p>${report.scale}</p>
      <p>${sections.lead}</p>
      ${sections.notices}
    </header> `,
    comparisonSection(report.comparison, report.notes),
    report.disagreements.length === 0
      ? html``
      : html`<section aria-labelledby="sources">
          <h2 id="sources">Which numbers are compared</h2>
          <ul>
            ${report.disagreements.map((text) => html`<li>${text}</li> `)}
          </ul>
        </section>`,
    figureSection(figures, 'Figures as the authors drew them', 'paper-figures'),
    sections.description,
    sections.results,
    figureSection(sections.figures, 'Figures of the study'),
    sections.runs,
    sections.environment,
    html`<footer>
      Ours are drawn from the folders of the runs alone; figures/ holds each figure as SVG and PNG. Published:
      Carbonnelle and De Vleeschouwer, arXiv 1806.01603v2.
    </footer>`,
  ])
  const path = join(folder, studyLayout.report)
  await writeWhole(path, text)
  return path
}
