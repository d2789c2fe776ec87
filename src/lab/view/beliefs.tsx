/** The strip below the stage: what each side believes, what is true, and how long it took to notice each break. */
import './beliefs.css';
import { type Text, t } from '../language.ts';
import type { ChannelView, HostView, StageModel } from '../stage/model.ts';
import { events } from '../state.ts';
import type { Way } from './lane.ts';
import { type Belief, beliefOf, isHalfOpen, type Shown } from './sockets.ts';
import { duration, WORDS } from './words.ts';

interface BeliefsProps {
  readonly model: StageModel;
  readonly left: HostView;
  readonly right: HostView;
  readonly shown: Shown | undefined;
  readonly way: Way | undefined;
}

const BELIEFS: Readonly<Record<Belief, Text>> = {
  nothing: WORDS.nothing,
  'no-connection': WORDS.noConnectionBelief,
  asking: WORDS.asking,
  'being-asked': WORDS.beingAsked,
  connected: WORDS.connected,
  'peer-ended': WORDS.peerEnded,
  ending: WORDS.ending,
  over: WORDS.over,
};

export function Beliefs({ model, left, right, shown, way }: BeliefsProps) {
  const [ofLeft, ofRight] = [beliefOf(left, shown?.left), beliefOf(right, shown?.right)];
  const sends = (index: number | undefined): ChannelView | undefined =>
    index === undefined ? undefined : model.channels[index];
  return (
    <section class="stage-beliefs" aria-label={t(WORDS.beliefs)}>
      <p class="stage-beliefs-line">
        <One name={t(WORDS.believes(left.name))} words={wordsOf(left, ofLeft, sends(shown?.left?.sends))} />
        <One name={t(WORDS.believes(right.name))} words={wordsOf(right, ofRight, sends(shown?.right?.sends))} />
        <One
          name={t(WORDS.truth)}
          words={truthOf(left, right, way, isHalfOpen(ofLeft, ofRight)).map(t).join(', ')}
          truth
        />
      </p>
      {model.breaks.length > 0 && (
        <ul class="stage-breaks" aria-label={t(WORDS.timeToNotice)}>
          {model.breaks.slice(-3).map((broken) => (
            <li key={broken.n}>
              <strong>{t(nameOf(broken))}</strong>
              <span>{noticesOf(broken, mendOf(model, broken.n), [left, right]).join('; ')}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function One({
  name,
  words,
  truth = false,
}: {
  readonly name: string;
  readonly words: string;
  readonly truth?: boolean;
}) {
  return (
    <span class="stage-belief" data-truth={truth || undefined}>
      <span class="stage-belief-who">{name}</span> {words}
    </span>
  );
}

function wordsOf(host: HostView, belief: Belief, sends: ChannelView | undefined): string {
  const unacknowledged = sends?.ledger.unacknowledged ?? 0;
  if (belief === 'no-connection' && host.sockets.some(({ kind }) => kind === 'udp')) return t(WORDS.noneByUdp);
  const words = t(BELIEFS[belief]);
  const counts = belief === 'connected' || belief === 'peer-ended' || belief === 'ending';
  return counts && unacknowledged > 0 ? `${words}, ${t(WORDS.andUnacknowledged(unacknowledged))}` : words;
}

function truthOf(left: HostView, right: HostView, way: Way | undefined, halfOpen: boolean): Text[] {
  const truths: Text[] = [];
  for (const host of [left, right]) {
    if (!host.powered) truths.push(WORDS.truthPower(host.name));
    for (const { name, state } of host.powered ? host.processes : []) {
      if (state === 'killed') truths.push(WORDS.truthKilled(name));
      if (state === 'stopped') truths.push(WORDS.truthStopped(name));
    }
  }
  for (const cable of way?.cables ?? []) {
    if (cable.cut === 'no') continue;
    const name = way?.cables.length === 1 ? WORDS.cableOf(left.name, right.name) : WORDS.cableOf(cable.a, cable.b);
    const [from, to] = cable.cut === 'a-to-b' ? [cable.a, cable.b] : [cable.b, cable.a];
    if (!cable.carrier) truths.push(both(WORDS.truthUnplugged, name));
    else if (cable.cut === 'both') truths.push(both(WORDS.truthCut, name));
    else truths.push(both((which) => WORDS.truthCutOneWay(which, from, to), name));
  }
  if (halfOpen) truths.push(WORDS.halfOpen);
  return truths.length === 0 ? [WORDS.allWhole] : truths;
}

function both(words: (name: string) => Text, name: Text): Text {
  return { en: words(name.en).en, ko: words(name.ko).ko };
}

type Broken = StageModel['breaks'][number];

/** What was broken, and how: a cable is cut, cut one way, or unplugged. */
function nameOf({ kind, target, n }: Broken): Text {
  const event = kind === 'cut' ? events.value[n - 1] : undefined;
  if (event?.kind !== 'cable.cut' || event.n !== n) return WORDS.breakName[kind](target);
  if (event.carrier === 'lost') return WORDS.breakUnplugged(target);
  return event.direction === 'both' ? WORDS.breakName.cut(target) : WORDS.breakOneWay(target);
}

function mendOf(model: StageModel, broken: number): number | undefined {
  return model.mended.find((mend) => mend.broken === broken)?.at;
}

/** 'mended after 30 s' */
function mendWords({ kind, at }: Broken, mended: number): Text {
  const [what, lasting] = [WORDS.mended[kind], duration(mended - at)];
  return { en: `${what.en} after ${lasting.en}`, ko: `${lasting.ko} 뒤 ${what.ko}` };
}

/** 'A: recv → ETIMEDOUT after 924.6 s', 'B: not yet': of each host of the pair that the break can be news to. */
function noticesOf(broken: Broken, mended: number | undefined, hosts: readonly HostView[]): string[] {
  const { kind, target, noticed } = broken;
  // What a host or a program has lost does not come back with it: its peers can still find out.
  const isWhole = mended !== undefined && (kind === 'cut' || kind === 'stop');
  if (isWhole && noticed.length === 0) return [`${t(mendWords(broken, mended))}, ${t(WORDS.beforeAnyone)}`];
  const words: string[] = noticed.map(
    ({ host, call, result, after }) => `${host}: ${call} → ${String(result)} ${t(WORDS.after(t(duration(after))))}`,
  );
  if (mended !== undefined) words.push(t(mendWords(broken, mended)));
  for (const { name, powered, processes, sockets } of hosts) {
    const isIt = kind === 'power-off' ? target === name : processes.some((process) => process.name === target);
    if (isIt || !powered || noticed.some(({ host }) => host === name)) continue;
    // Who holds no connection has nothing to find out.
    if (!sockets.some((socket) => socket.kind === 'tcp')) continue;
    if (processes.some(({ state }) => state === 'running' || state === 'stopped'))
      words.push(isWhole ? t(WORDS.before(name)) : `${name}: ${t(WORDS.notYet)}`);
  }
  return words;
}
