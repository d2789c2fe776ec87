/** The page: what stands where. Each part is a folder of its own. */
import { Drawer } from './drawer/drawer.tsx';
import { Header } from './header.tsx';
import { HelpSheet } from './help/help.tsx';
import { t } from './language.ts';
import { Outcome } from './outcome/outcome.tsx';
import { drawer, notice } from './state.ts';
import { Timeline } from './timeline/timeline.tsx';
import { Transport } from './timeline/transport.tsx';
import { Question } from './tour/question.tsx';
import { Stage } from './view/stage.tsx';
import { WORDS } from './words.ts';

export function App() {
  return (
    <div class={drawer.value === undefined ? 'page' : 'page page-with-drawer'}>
      <Header />
      <Notice />
      <main class="page-main">
        <Question />
        <Stage />
        <Timeline />
        <Outcome />
        <Transport />
      </main>
      <Drawer />
      <HelpSheet />
    </div>
  );
}

/** One clear sentence when something was wrong; what was there stays. */
function Notice() {
  const text = notice.value;
  return (
    <div class="page-notice" role="alert" hidden={text === undefined}>
      <p>{text}</p>
      <button
        type="button"
        onClick={() => {
          notice.value = undefined;
        }}
      >
        {t(WORDS.close)}
      </button>
    </div>
  );
}
