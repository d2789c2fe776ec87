/** The words of the sequence diagram. */
import type { Text } from '../language.ts';

export const SEQUENCE_WORDS = {
  diagram: { en: 'Calls and segments, time down', ko: '호출과 세그먼트, 시간은 아래로' },
  causes: { en: 'Causes', ko: '원인' },
  noCause: { en: 'Nothing in the trace led to it.', ko: '기록 안에는 원인이 되는 사건이 없습니다.' },
} satisfies Record<string, Text>;

export const copied = (bytes: number): Text => ({ en: `copies ${bytes} bytes`, ko: `${bytes}바이트 복사` });
export const backTo = (n: number): Text => ({ en: `Back to event ${n}`, ko: `사건 ${n}의 자리로 돌아가기` });
