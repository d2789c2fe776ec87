/** The byte ledger now: where the bytes of each channel are, in counts that add up. */
import type { ChannelLedger } from '../../system/scenario.ts';
import { t } from '../language.ts';
import { stage } from '../stage/stage.ts';
import { LEDGER_ROWS, type LedgerRow } from './ledger-words.ts';

export function Ledger() {
  return (
    <div class="drawer-ledger">
      {stage.value.channels.map(({ name, ledger }, index) => (
        <section key={`${index} ${name}`}>
          <h3>{name}</h3>
          <Bar ledger={ledger} />
          <table>
            <tbody>
              {LEDGER_ROWS.map((row) => (
                <tr key={row.figure}>
                  <th scope="row">
                    <span class="drawer-swatch" data-place={row.figure} aria-hidden="true" />
                    {t(row.text)}
                  </th>
                  <td>{ledger[row.figure] ?? '?'}</td>
                </tr>
              ))}
              {ledger.discarded.map(({ where, bytes }) => (
                <tr key={where}>
                  <th scope="row">✕ {where}</th>
                  <td>{bytes}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  );
}

/** Each requested byte is in exactly one place. */
function Bar({ ledger }: { readonly ledger: ChannelLedger }) {
  const parts = LEDGER_ROWS.filter(({ inBar }) => inBar);
  const total = parts.reduce((sum, { figure }) => sum + (ledger[figure] ?? 0), 0);
  let x = 0;
  const rect = ({ figure }: LedgerRow) => {
    const width = total === 0 ? 0 : (100 * (ledger[figure] ?? 0)) / total;
    const drawn = <rect key={figure} class="drawer-part" data-place={figure} x={x} y={0} width={width} height={10} />;
    x += width;
    return drawn;
  };
  return (
    <svg class="drawer-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {parts.map(rect)}
    </svg>
  );
}
