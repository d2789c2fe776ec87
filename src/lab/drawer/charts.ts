/**
 * What the plots draw of one channel: four pictures, each of a few lines, as functions of a sample. A line that no event
 * has told anything of yet is null there. Calls it: `plots.tsx`, `chart.tsx`.
 */
import { MILLISECOND } from '../../base/time.ts';
import type { Text } from '../language.ts';
import type { WaySample } from './samples.ts';

export interface Line {
  readonly text: Text;
  /** A colour variable of the page, and dashes that tell the lines apart without colours. */
  readonly colour: string;
  readonly dash: readonly number[];
  /** Single values, with nothing between them. */
  readonly dots?: boolean;
  readonly value: (way: WaySample) => number | null;
}

export interface ChartKind {
  readonly id: string;
  readonly text: Text;
  readonly unit: 'B' | 'ms';
  readonly lines: readonly Line[];
}

/** "Arbitrarily high" before the first loss (RFC 5681, 3.1): no threshold yet, and none is drawn. */
const NO_THRESHOLD = 0x3fffffff;

const same = (text: string): Text => ({ en: text, ko: text });
const milliseconds = (ns: number | undefined): number | null => (ns === undefined ? null : ns / MILLISECOND);

export const CHARTS: readonly ChartKind[] = [
  {
    id: 'bytes',
    text: { en: 'Bytes', ko: '바이트' },
    unit: 'B',
    lines: [
      {
        text: { en: 'copied by send()', ko: 'send()가 복사함' },
        colour: '--soft',
        dash: [],
        value: ({ ledger }) => ledger?.written ?? null,
      },
      { text: { en: 'sent', ko: '보냄' }, colour: '--forth', dash: [], value: ({ ledger }) => ledger?.sent ?? null },
      {
        text: { en: 'acknowledged', ko: '확인 응답을 받음' },
        colour: '--forth',
        dash: [6, 4],
        value: ({ ledger }) => ledger?.acknowledged ?? null,
      },
      {
        text: { en: 'received in order', ko: '순서대로 도착함' },
        colour: '--back',
        dash: [],
        value: ({ ledger }) => ledger?.received ?? null,
      },
      { text: { en: 'read', ko: '읽음' }, colour: '--good', dash: [2, 3], value: ({ ledger }) => ledger?.read ?? null },
    ],
  },
  {
    id: 'window',
    text: { en: 'Window', ko: '수신 윈도우' },
    unit: 'B',
    lines: [
      {
        text: { en: 'SND.WND, as the sender has heard', ko: 'SND.WND(보내는 쪽이 아는 값)' },
        colour: '--forth',
        dash: [],
        value: ({ sender }) => sender?.heard?.wnd ?? null,
      },
      {
        text: { en: 'RCV.WND, as the receiver has offered', ko: 'RCV.WND(받는 쪽이 알린 값)' },
        colour: '--back',
        dash: [6, 4],
        value: ({ receiver }) => receiver?.offered ?? null,
      },
    ],
  },
  {
    id: 'congestion',
    text: { en: 'Congestion', ko: '혼잡 제어' },
    unit: 'B',
    lines: [
      { text: same('cwnd'), colour: '--forth', dash: [], value: ({ sender }) => sender?.congestion?.cwnd ?? null },
      {
        text: same('ssthresh'),
        colour: '--bad',
        dash: [6, 4],
        value: ({ sender }) => {
          const threshold = sender?.congestion?.ssthresh ?? NO_THRESHOLD;
          return threshold >= NO_THRESHOLD ? null : threshold;
        },
      },
    ],
  },
  {
    id: 'rtt',
    text: { en: 'Round trip', ko: '왕복 시간' },
    unit: 'ms',
    lines: [
      {
        text: { en: 'measured', ko: '측정값' },
        colour: '--soft',
        dash: [],
        dots: true,
        value: ({ sender }) => milliseconds(sender?.rtt?.sample),
      },
      { text: same('SRTT'), colour: '--forth', dash: [], value: ({ sender }) => milliseconds(sender?.rtt?.srtt) },
      { text: same('RTO'), colour: '--bad', dash: [6, 4], value: ({ sender }) => milliseconds(sender?.rtt?.rto) },
    ],
  },
];
