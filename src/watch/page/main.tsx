import { render } from 'preact'
import 'uplot/dist/uPlot.min.css'
import { App } from './app.js'
import { follow } from './live.js'
import './style.css'
import { loadTables } from './tables.js'

render(<App />, document.getElementById('app')!)
loadTables()
follow()
