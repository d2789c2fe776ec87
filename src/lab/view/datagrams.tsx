/** What lies in a UDP socket's receive buffer: datagrams, each a box of its own, with who sent it. */
import { memo } from 'preact/compat';
import './datagrams.css';
import { t } from '../language.ts';
import type { DatagramView } from '../stage/model.ts';
import { cellsOf } from './cells.ts';
import { number, WORDS } from './words.ts';

/** Of a longer one only so many bytes are drawn, and of many only the oldest. */
const [BYTES, DATAGRAMS] = [16, 24];

export const Datagrams = memo(function Datagrams({
  host,
  datagrams,
}: {
  readonly host: string;
  readonly datagrams: readonly DatagramView[];
}) {
  const bytes = datagrams.reduce((sum, { length }) => sum + length, 0);
  return (
    <>
      <div class="stage-datagrams-head">
        <span class="stage-datagrams-title">{t(WORDS.receiveBuffer)}</span>{' '}
        {datagrams.length === 0 ? t(WORDS.empty) : t(WORDS.datagrams(datagrams.length, bytes))}
      </div>
      <ol class="stage-datagrams" aria-label={t(WORDS.receiveBufferOf(host))}>
        {datagrams.slice(0, DATAGRAMS).map((datagram) => (
          <Datagram key={datagram.n} datagram={datagram} />
        ))}
        {datagrams.length > DATAGRAMS && <li class="stage-datagram-more">… +{number(datagrams.length - DATAGRAMS)}</li>}
      </ol>
    </>
  );
});

function Datagram({ datagram: { from, length, bytes } }: { readonly datagram: DatagramView }) {
  const cells = cellsOf([{ state: 'unread', from: 0, to: Math.min(BYTES, bytes.length) }], (begin, end) =>
    bytes.slice(begin, end),
  );
  return (
    <li class="stage-datagram">
      <span class="stage-datagram-from">{t(WORDS.datagramFrom(number(length), from))}</span>
      <code class="stage-datagram-bytes">
        {cells.map(({ offset, glyph, hex, joinsAfter }) => (
          <span key={offset} data-joins={joinsAfter || undefined} title={hex}>
            {glyph}
          </span>
        ))}
        {length > cells.length && '…'}
      </code>
    </li>
  );
}
