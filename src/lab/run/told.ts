/**
 * A failure as a sentence for people. What the engine and the world say is English; whoever reads Korean is told first,
 * in Korean, what it means for the run.
 *
 * Calls it: `runner.ts`.
 */
import type { Text } from '../language.ts';
import type { Failure } from './protocol.ts';

const MEANS: Readonly<Record<Failure['kind'], string>> = {
  source: '시나리오의 텍스트에 오류가 있어 실행할 수 없습니다',
  plan: '주어진 값으로는 실행할 수 없습니다',
  program: '프로그램에서 잡히지 않은 오류가 났습니다',
  loop: '실행이 중단되었습니다',
  world: '시뮬레이터에서 오류가 났습니다',
};
/** Names and values of the user's, in quotation marks, may be Korean in an English sentence. */
const QUOTED = /'[^']*'/g;
const HANGUL = /[가-힣]/;

/** In Korean the meaning, then the detail as it came; a detail that is Korean already says all itself. */
export function toldOf({ kind, message }: Failure): Text {
  return {
    en: message,
    ko: kind !== 'source' && HANGUL.test(message.replace(QUOTED, '')) ? message : `${MEANS[kind]}: ${message}`,
  };
}
