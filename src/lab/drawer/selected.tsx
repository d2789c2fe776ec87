/** What was picked: a frame with its fields, or one byte with its whole way. */
import { signal } from '@preact/signals';
import { fromBase64 } from '../../base/bytes.ts';
import { SNAP_LENGTH } from '../../trace/event.ts';
import { t } from '../language.ts';
import { cursor, events, picked } from '../state.ts';
import { wordsOf } from '../timeline/telling.ts';
import { Byte } from './byte.tsx';
import { type Field, fieldsOf } from './fields.ts';
import { journeyOf } from './journey.ts';
import { Led } from './led.tsx';
import { eventOf } from './sequence-rows.ts';
import { cut, WORDS } from './words.ts';

/** The field that is pointed at. */
const pointed = signal<Field | undefined>(undefined);

export function Selected() {
  const what = picked.value;
  if (what === undefined) return <p>{t(WORDS.nothing)}</p>;
  return what.kind === 'frame' ? <Frame n={what.n} /> : <Byte channel={what.channel} offset={what.offset} />;
}

function Frame({ n }: { readonly n: number }) {
  const sent = eventOf(events.value, n)?.event;
  if (sent?.kind !== 'frame.sent') return <p>{t(WORDS.nothing)}</p>;
  const bytes = fromBase64(sent.bytes);
  const fields = fieldsOf(bytes);
  return (
    <div class="drawer-frame">
      <p class="drawer-words">{wordsOf(sent)}</p>
      <Journey n={n} />
      <Hex bytes={bytes} fields={fields} />
      {bytes.length < sent.length && <p>{t(cut(SNAP_LENGTH))}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{t(WORDS.field)}</th>
            <th scope="col">{t(WORDS.value)}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <Row key={`${field.layer} ${field.from}`} field={field} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What led to the frame, what became of it, and what came of that, as far as the cursor. */
function Journey({ n }: { readonly n: number }) {
  return (
    <section class="drawer-places" aria-label={t(WORDS.way)}>
      <ol>
        {journeyOf(events.value, n, cursor.value).map((event) => (
          <Led key={event.n} n={event.n} />
        ))}
      </ol>
    </section>
  );
}

function Row({ field }: { readonly field: Field }) {
  const { layer, name, value, meaning, from } = field;
  const point = () => {
    pointed.value = field;
  };
  return (
    <tr data-pointed={pointed.value?.from === from ? '' : undefined} onMouseEnter={point}>
      <th scope="row">
        <button type="button" class="drawer-field" onFocus={point} onClick={point}>
          <small>{layer}</small> {name}
        </button>
      </th>
      <td>
        <code>{value}</code>
        {meaning !== undefined && <small>{t(meaning)}</small>}
      </td>
    </tr>
  );
}

const PER_LINE = 16;

function Hex({ bytes, fields }: { readonly bytes: Uint8Array; readonly fields: readonly Field[] }) {
  const lines = Array.from({ length: Math.ceil(bytes.length / PER_LINE) }, (_, line) => line * PER_LINE);
  const mark = pointed.value;
  return (
    <section class="drawer-hex" aria-label={t(WORDS.hex)} ref={pointByByte(fields)}>
      {lines.map((start) => (
        <div key={start}>
          <span class="drawer-hex-offset">{start.toString(16).padStart(4, '0')}</span>
          {Array.from(bytes.subarray(start, start + PER_LINE), (byte, i) => {
            const at = start + i;
            const field = fields.find(({ from, to }) => from <= at && at < to);
            const isMarked = mark !== undefined && mark.from <= at && at < mark.to;
            return (
              <span key={at} data-at={at} data-layer={field?.layer} data-pointed={isMarked ? '' : undefined}>
                {byte.toString(16).padStart(2, '0')}
              </span>
            );
          })}
        </div>
      ))}
    </section>
  );
}

/** The mouse over a byte points at its field; the table does the same for the keyboard. */
function pointByByte(fields: readonly Field[]) {
  return (element: HTMLElement | null) => {
    if (element === null) return undefined;
    const point = ({ target }: MouseEvent) => {
      const at = target instanceof HTMLElement ? Number(target.dataset['at'] ?? -1) : -1;
      const field = fields.find(({ from, to }) => from <= at && at < to);
      if (field !== undefined) pointed.value = field;
    };
    element.addEventListener('mouseover', point);
    return () => element.removeEventListener('mouseover', point);
  };
}
