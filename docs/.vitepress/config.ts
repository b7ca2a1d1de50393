import { slug } from 'github-slugger'
import { defineConfig, type DefaultTheme } from 'vitepress'
import { indentedCode, repositoryLinks } from '../../scripts/docs/links.mjs'

/** Entries of the sidebar: the words and the page. */
const entries = (pages: Record<string, string>): DefaultTheme.SidebarItem[] =>
  Object.entries(pages).map(([text, link]) => ({ text, link }))

const guides: DefaultTheme.SidebarItem[] = [
  {
    text: 'Experiments',
    items: entries({
      Experiment: '/experiment',
      Networks: '/networks',
      Data: '/data',
      'Rules and rates': '/rules',
      Controls: '/controls',
      Schedules: '/schedules',
      'Augmentation and mixing': '/augmentation',
      'Clipping, accumulation, averages': '/training-features',
    }),
  },
  {
    text: 'Runs',
    items: entries({
      'A run and what it records': '/recording',
      'Recorded columns': '/recorded-columns',
      'Reading runs in Python and SQL': '/reading-runs',
      'Resume and clusters': '/resume',
      'Several processes': '/processes',
      Callbacks: '/callbacks',
      'TensorBoard, MLflow, W&B': '/loggers',
      'Live page': '/watch',
      Evaluation: '/evaluate',
      Figures: '/figures',
    }),
  },
  {
    text: 'Many runs',
    items: entries({ Studies: '/studies', 'Find a learning rate': '/find-rate', Tune: '/tune' }),
  },
  {
    text: 'With other programs',
    items: entries({
      'Coming from PyTorch': '/from-pytorch',
      'Coming from Keras': '/from-keras',
      'Networks from PyTorch': '/networks-from-pytorch',
      'Recording in PyTorch': '/python',
      'Measuring checkpoints': '/checkpoints',
    }),
  },
]

/** Two radii of a circle, the weights and their start. */
const icon =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#3451b2" stroke-width="3">' +
      '<circle cx="16" cy="16" r="13"/><path d="M29 16H16L7 7"/></svg>',
  )

export default defineConfig({
  title: 'layer-rotation',
  description: 'Measures and controls layer rotation in deep networks: training on LibTorch from TypeScript.',
  srcDir: '../build/docs/pages',
  outDir: '../build/site',
  cacheDir: '../build/docs/cache',
  // An address on the reader's own machine is no page.
  ignoreDeadLinks: [/^https?:\/\/(127\.0\.0\.1|localhost)/],
  head: [['link', { rel: 'icon', href: icon }]],
  markdown: {
    // The anchors are those of a forge that shows the same files.
    anchor: { slugify: slug },
    config: (md) => void md.use(repositoryLinks).use(indentedCode),
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    nav: [
      { text: 'Get started', link: '/get-started' },
      { text: 'Layer rotation', link: '/layer-rotation' },
      { text: 'Commands', link: '/command-reference' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: [
      { text: 'Start', items: entries({ Overview: '/', 'Get started': '/get-started', Examples: '/examples/' }) },
      {
        text: 'Concepts',
        items: entries({
          'Layer rotation': '/layer-rotation',
          "The paper's experiments": '/paper',
          'Results of ours': '/paper-results',
        }),
      },
      ...guides,
      {
        text: 'Reference',
        items: entries({
          Commands: '/commands',
          'Command reference': '/command-reference',
          API: '/api/',
          Errors: '/errors',
        }),
      },
      {
        text: 'Project',
        items: entries({
          'Runs that can be trusted': '/reliability',
          'How it works': '/how-it-works',
          Speed: '/speed',
          'LibTorch and limits': '/libtorch',
          'On a GPU': '/cuda',
          'A GPU host without a network': '/gpu-host',
          'Stand-in for CUDA': '/project/standin',
          Sanitizers: '/sanitizers',
          Benchmarks: '/project/bench',
          'PyTorch baseline': '/project/baseline',
          Architecture: '/project/architecture',
          Contributing: '/project/contributing',
          Changes: '/changelog',
        }),
      },
    ],
  },
})
