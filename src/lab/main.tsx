/** The page's entry: styles, language, and the application. */
import { render } from 'preact';
import './styles/base.css';
import './styles/page.css';
import { App } from './app.tsx';
import { listenToKeys } from './keys.ts';
import { language, setLanguage } from './language.ts';
import { startRun } from './run/runner.ts';

setLanguage(language.value);
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
listenToKeys();
startRun({ name: 'copy', seed: 1, set: {}, acts: [] });
