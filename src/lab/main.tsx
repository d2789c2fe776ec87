/** The page's entry: styles, language, and the application. */
import { render } from 'preact';
import './styles/base.css';
import './styles/page.css';
import { App } from './app.tsx';
import { separateTabs } from './editor/drafts.ts';
import { openHelp } from './help/help.tsx';
import { listenToKeys } from './keys.ts';
import { language, setLanguage } from './language.ts';
import { warm } from './run/runner.ts';
import { startFromAddress } from './share/address.ts';
import { listenToDrops } from './share/files.ts';
import { keepAddress } from './share/share.tsx';
import { begin, goToAsked, resume } from './tour/tour.ts';

warm();
// What was loaded has just been evaluated: the picture is a turn of its own, so that no turn is as long as both.
await new Promise((resolve) => setTimeout(resolve));
setLanguage(language.value);
separateTabs();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
listenToKeys(() => openHelp());
listenToDrops();
keepAddress();
// What was asked for, not what the address is by now: the page writes its own, also between a link's coming and this news.
addEventListener('hashchange', async ({ newURL }) => {
  const { hash } = new URL(newURL);
  if (!(await startFromAddress(hash))) goToAsked(hash);
});
const { hash } = location;
if (await startFromAddress(hash)) resume();
else begin(hash);
