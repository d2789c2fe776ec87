/** The choice of a scenario, in the page's head: choosing one runs it. */
import { t } from '../language.ts';
import { startRun } from '../run/runner.ts';
import { length, plan, source } from '../state.ts';
import { GROUPS } from './groups.ts';
import { WORDS } from './words.ts';

export function ScenarioPicker() {
  const { name, source: own } = plan.value;
  const isFile = source.value === undefined && length.value > 0;
  const isBuiltIn = own === undefined && !isFile;
  return (
    <label class="gallery-picker">
      {t(WORDS.scenario)}{' '}
      <select
        value={isBuiltIn ? name : ''}
        onChange={({ currentTarget }) => {
          if (currentTarget.value !== '') startRun({ name: currentTarget.value, seed: 1, set: {}, acts: [] });
        }}
      >
        {!isBuiltIn && <option value="">{isFile ? t(WORDS.file) : `${name} (${t(WORDS.own)})`}</option>}
        {GROUPS.map(({ title, scenarios }) => (
          <optgroup key={title.en} label={t(title)}>
            {scenarios.map((scenario) => (
              <option key={scenario.name} value={scenario.name}>
                {`${scenario.name}: ${t(scenario.title)}`}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
