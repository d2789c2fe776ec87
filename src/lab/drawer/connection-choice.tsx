/** Which connection the page is about, where there are several; and the sentence where there is none. */
import { t } from '../language.ts';
import { stage } from '../stage/stage.ts';
import { connection } from './sampling.ts';
import { WORDS } from './words.ts';

/** So many are offered; a page of thousands helps nobody. */
const MOST = 200;

export function ConnectionChoice() {
  const { channels } = stage.value;
  const names = channels.filter((_, index) => index % 2 === 0).slice(0, MOST);
  if (names.length < 2) return null;
  return (
    <label class="drawer-choice">
      {t(WORDS.connection)}{' '}
      <select
        value={String(connection.value)}
        onChange={({ currentTarget }) => {
          connection.value = Number(currentTarget.value);
        }}
      >
        {names.map(({ name }, index) => (
          <option key={`${index} ${name}`} value={String(index)}>
            {name.replace('>', ' – ')}
          </option>
        ))}
      </select>
    </label>
  );
}
