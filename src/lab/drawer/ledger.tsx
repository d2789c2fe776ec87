/** The byte ledger: where the bytes of each channel of a connection were along the run, and where they are now. */
import './ledger.css';
import { t } from '../language.ts';
import type { ChannelView } from '../stage/model.ts';
import { stage } from '../stage/stage.ts';
import { number } from '../view/words.ts';
import { Areas, type Hue, Swatch } from './areas.tsx';
import { ConnectionChoice } from './connection-choice.tsx';
import { LEDGER_ROWS, LOST, LOST_WHERE, places } from './ledger-words.ts';
import { placesOf } from './places.ts';
import { connection, follow, samples } from './sampling.ts';
import { WORDS } from './words.ts';

export function Ledger() {
  const { channels } = stage.value;
  const first = Math.min(connection.value * 2, Math.max(0, channels.length - 2));
  const shown = channels.slice(first, first + 2);
  return (
    <div class="drawer-ledger" ref={follow}>
      <ConnectionChoice />
      {shown.length === 0 && <p>{t(WORDS.noChannel)}</p>}
      {shown.map((channel, side) => (
        <Channel key={channel.name} channel={channel} side={side === 0 ? 0 : 1} />
      ))}
    </div>
  );
}

function Channel({ channel, side }: { readonly channel: ChannelView; readonly side: 0 | 1 }) {
  const { name, from, to, ledger } = channel;
  const hue: Hue = side === 0 ? 'forth' : 'back';
  const counts = placesOf(ledger);
  return (
    <section data-hue={hue}>
      <h3>
        {from.host ?? '?'} → {to.host ?? '?'} <small>{name}</small>
      </h3>
      <Areas samples={samples.value} side={side} label={t(places(name, counts))} />
      <table>
        <tbody>
          {LEDGER_ROWS.map(({ figure, place, text }) => (
            <tr key={figure} data-figure={figure}>
              <th scope="row">
                {place !== undefined && <Swatch hue={hue} place={place} />} {t(text)}
              </th>
              <td>{ledger[figure] === undefined ? '?' : number(ledger[figure])}</td>
            </tr>
          ))}
          {ledger.discarded.map(({ where, bytes }) => (
            <tr key={where} data-figure="lost">
              <th scope="row">
                <Swatch hue={hue} place="lost" /> {t(LOST)} {t(LOST_WHERE[where] ?? { en: where, ko: where })}
              </th>
              <td>{number(bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
