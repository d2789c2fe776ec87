/**
 * The stage: two hosts that face each other, the cable between them, and who believes what. It reads the model at the
 * cursor and nothing of the simulator, so a trace from a file looks the same as a run.
 *
 *     A (left)                 between                   B (right)
 *     program                  legend                    program
 *     application buffers                                application buffers
 *     ━━ application | operating system ━━               ━━ application | operating system ━━
 *     socket                   ┄ only logically ┄        socket
 *     RECEIVE BUFFER           ◂ frames                  SEND BUFFER
 *     SEND BUFFER              frames ▸                  RECEIVE BUFFER
 *     link                     ══ cable ══               link
 */
import { signal } from '@preact/signals';
import { memo } from 'preact/compat';
import './stage.css';
import { t } from '../language.ts';
import type { HostView, StageModel } from '../stage/model.ts';
import { stage } from '../stage/stage.ts';
import { facts, pair } from '../state.ts';
import { Beliefs } from './beliefs.tsx';
import { Lane } from './cable.tsx';
import { Counts, Live, sentenceOf } from './counts.tsx';
import { Host } from './host.tsx';
import { pairOf, reversed, underway, type Way, wayBetween } from './lane.ts';
import { Link } from './link.tsx';
import { connectionsOf, type Shown, shownOf } from './sockets.ts';
import { WORDS } from './words.ts';

/** The connection that the user chose to see, by its first channel's name; and of each host the program. */
const connection = signal<string | undefined>(undefined);
const programs = signal<Readonly<Record<string, string>>>({});
/** On a phone one channel is shown at a time: the upper lane, or the lower. */
const lane = signal<'up' | 'down'>('up');

export function Stage() {
  const model = stage.value;
  const [leftName, rightName] = pairOf(model, pair.value);
  const left = model.hosts.find(({ name }) => name === leftName);
  const right = model.hosts.find(({ name }) => name === rightName);
  if (left === undefined || right === undefined) return <section class="stage" aria-label={t(WORDS.stage)} />;
  const shown = shownOf(model, left, right, connection.value);
  const way = wayBetween(model.cables, left.name, right.name);
  const channels = shownChannels(model, left, right);
  return (
    <section class="stage" aria-label={t(WORDS.stage)}>
      <div class="stage-figure" data-lane={lane.value}>
        <OneHost model={model} host={left} side="left" shown={shown} way={way} />
        <Between model={model} left={left} right={right} shown={shown} way={way} />
        <OneHost model={model} host={right} side="right" shown={shown} way={way} />
      </div>
      <footer class="stage-foot">
        <Beliefs model={model} left={left} right={right} shown={shown} way={way} />
        <Counts channels={channels} />
      </footer>
      <Live words={sentenceOf(channels, [...left.processes, ...right.processes])} />
    </section>
  );
}

function shownChannels(model: StageModel, left: HostView, right: HostView) {
  return connectionsOf(model, left.name, right.name).flatMap((index) => model.channels.slice(index, index + 2));
}

interface PartProps {
  readonly model: StageModel;
  readonly shown: Shown | undefined;
  readonly way: Way | undefined;
}

function OneHost({
  model,
  host,
  side,
  shown,
  way,
}: PartProps & { readonly host: HostView; readonly side: 'left' | 'right' }) {
  const first = shown === undefined ? undefined : model.channels[shown.index];
  const sendsFirst = first?.from.host === host.name;
  const sends = shown === undefined ? undefined : shown.index + (sendsFirst ? 0 : 1);
  const receives = shown === undefined ? undefined : shown.index + (sendsFirst ? 1 : 0);
  const cable = side === 'left' ? way?.cables[0] : way?.cables.at(-1);
  return (
    <Host
      host={host}
      side={side}
      socket={side === 'left' ? shown?.left : shown?.right}
      sends={sends}
      receives={receives}
      channels={model.channels}
      light={cable?.carrier === true}
      chosen={programs.value[host.name]}
      chooseProgram={(name) => {
        programs.value = { ...programs.value, [host.name]: name };
      }}
      chooseConnection={(name) => {
        connection.value = name;
      }}
    />
  );
}

function Between({
  model,
  left,
  right,
  shown,
  way,
}: PartProps & { readonly left: HostView; readonly right: HostView }) {
  const both = shown?.left !== undefined && shown.right !== undefined && left.powered && right.powered;
  const isSwitch = (name: string) => model.hosts.some((host) => host.name === name && host.what === 'switch');
  return (
    <div class="stage-between">
      <div class="stage-between-head">
        <Pair model={model} left={left.name} right={right.name} />
        <Teaching hosts={[left.name, right.name]} />
        <Legend />
      </div>
      <LaneSwitch left={left.name} right={right.name} />
      <p class="stage-logically" data-on={both || undefined}>
        {both && <span>{t(WORDS.logically)}</span>}
      </p>
      {way === undefined ? (
        <p class="stage-between-none">{t(WORDS.noCable)}</p>
      ) : (
        <>
          <Lane
            frames={underway(reversed(way), model.at, model.ended)}
            way={reversed(way)}
            direction="leftwards"
            lane="up"
            channels={model.channels}
            cutAt={cutAt(way, 'leftwards')}
          />
          <Lane
            frames={underway(way, model.at, model.ended)}
            way={way}
            direction="rightwards"
            lane="down"
            channels={model.channels}
            cutAt={cutAt(way, 'rightwards')}
          />
          <Link way={way} isSwitch={isSwitch} />
        </>
      )}
    </div>
  );
}

/** Where frames of this direction vanish, in hundredths of the way from its left end; undefined: nowhere. */
function cutAt(way: Way, direction: 'leftwards' | 'rightwards'): number | undefined {
  const index = way.cables.findIndex(({ cut, a }, at) => {
    if (cut === 'no' || cut === 'both') return cut === 'both';
    const fromA = a === way.machines[at] ? 'rightwards' : 'leftwards';
    return (cut === 'a-to-b') === (fromA === direction);
  });
  return index < 0 ? undefined : ((index + 0.5) / way.cables.length) * 100;
}

function Pair({ model, left, right }: { readonly model: StageModel; readonly left: string; readonly right: string }) {
  const hosts = model.hosts.filter(({ what }) => what === 'host').map(({ name }) => name);
  if (hosts.length < 3) return null;
  const choose = (side: 0 | 1, name: string) => {
    const other = side === 0 ? right : left;
    // The host of the other side is chosen: they change places.
    const kept = name === other ? (side === 0 ? left : right) : other;
    pair.value = side === 0 ? [name, kept] : [kept, name];
    connection.value = undefined;
  };
  const options = hosts.map((name) => (
    <option key={name} value={name}>
      {name}
    </option>
  ));
  return (
    <fieldset class="stage-pair">
      <legend>{t(WORDS.hosts)}</legend>
      <select aria-label={t(WORDS.left)} value={left} onChange={(event) => choose(0, event.currentTarget.value)}>
        {options}
      </select>
      <span aria-hidden="true">–</span>
      <select aria-label={t(WORDS.right)} value={right} onChange={(event) => choose(1, event.currentTarget.value)}>
        {options}
      </select>
    </fieldset>
  );
}

function Teaching({ hosts }: { readonly hosts: readonly string[] }) {
  const accounting = facts.value?.accounting ?? {};
  if (!hosts.some((name) => accounting[name] === 'payload')) return null;
  return (
    <details class="stage-teaching">
      <summary>{t(WORDS.teaching)}</summary>
      <p>{t(WORDS.teachingText)}</p>
    </details>
  );
}

const PATTERNS = [
  ['waiting', WORDS.waiting],
  ['unsent', WORDS.unsent],
  ['unacknowledged', WORDS.unacknowledged],
  ['unread', WORDS.unread],
  ['out-of-order', WORDS.outOfOrder],
  ['free', WORDS.free],
] as const;

const Legend = memo(function Legend() {
  return (
    <ul class="stage-legend" aria-label={t(WORDS.legend)}>
      {PATTERNS.map(([state, word]) => (
        <li key={state}>
          <i class="stage-swatch" data-state={state} /> {t(word)}
        </li>
      ))}
    </ul>
  );
});

/** Seen on a phone alone: which of the two channels is shown. */
function LaneSwitch({ left, right }: { readonly left: string; readonly right: string }) {
  const choices = [
    ['up', right, left],
    ['down', left, right],
  ] as const;
  return (
    <fieldset class="stage-lane-switch" aria-label={t(WORDS.showLane)}>
      {choices.map(([which, from, to]) => (
        <button
          key={which}
          type="button"
          class="stage-button"
          aria-pressed={lane.value === which}
          onClick={() => {
            lane.value = which;
          }}
        >
          {t(WORDS.lane(from, to))}
        </button>
      ))}
    </fieldset>
  );
}
