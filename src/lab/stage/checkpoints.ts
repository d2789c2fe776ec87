/**
 * Seeking in a recording: copies of the fold every so many events, so that no step back begins at the first one.
 *
 *     lead      goes through the recording as it grows, once, and leaves a copy every `spacing` events; when there are
 *               too many, every second one is dropped and the spacing doubles
 *     near      a few copies shortly before the cursor, left on the way there: the next steps back begin at them
 *     now       the fold at the cursor; a step forward applies one event to it
 *
 * Calls it: `stage.ts`.
 */
import { Contents } from './contents.ts';
import { StageFold } from './fold.ts';
import type { StageModel } from './model.ts';
import type { RecordingIndex } from './recording.ts';
import { reused } from './sharing.ts';

const MARKS = 192;
const SPACING = 256;
/** How far before the cursor copies are left, and how many of them are kept. */
const NEAR = [2048, 256, 32, 4] as const;
const NEAR_KEPT = 16;
/** After so many events `advance` looks whether it should stop. */
const BETWEEN_LOOKS = 64;

export class Checkpoints {
  readonly contents: Contents;
  readonly #index: RecordingIndex;
  readonly #lead: StageFold;
  #now: StageFold;
  /** In order. */
  #marks: StageFold[];
  #spacing = SPACING;
  #near: StageFold[] = [];
  #shown: StageModel | undefined;

  /** `shown`: what was on the stage before, so that what is the same stays the same object. */
  constructor(index: RecordingIndex, shown?: StageModel) {
    this.#index = index;
    this.contents = new Contents(index);
    this.#lead = new StageFold(index);
    this.#now = new StageFold(index);
    this.#marks = [this.#now.clone()];
    this.#shown = shown;
  }

  /** How many events of the recording were gone through. */
  get reached(): number {
    return this.#lead.cursor;
  }

  /** Goes on through the recording, to its end or until `isEnough` says so. True: it is at the end. */
  advance(isEnough: () => boolean = () => false): boolean {
    const { events } = this.#index;
    for (let i = this.#lead.cursor; i < events.length; i++) {
      if (i % BETWEEN_LOOKS === 0 && isEnough()) return false;
      this.#leadOn();
    }
    return true;
  }

  /** The stage at a cursor, 0 to the recording's length. */
  at(cursor: number): StageModel {
    const target = Math.max(0, Math.min(cursor, this.#index.events.length));
    this.#seek(target);
    const model = this.#now.model();
    const shown = reused(this.#shown, model);
    if (shown !== model) this.#now.adopt(shown);
    this.#shown = shown;
    return shown;
  }

  #leadOn(): void {
    const lead = this.#lead;
    const event = this.#index.events[lead.cursor];
    if (event === undefined) return;
    lead.apply(event);
    if (event.kind === 'frame.sent') {
      const text = lead.textOf(event.n);
      if (text !== undefined) this.contents.add(event, text.channel, text.span);
    }
    if (lead.cursor % this.#spacing !== 0) return;
    this.#marks.push(lead.clone());
    if (this.#marks.length <= MARKS) return;
    this.#spacing *= 2;
    this.#marks = this.#marks.filter((mark) => mark.cursor % this.#spacing === 0);
  }

  #seek(target: number): void {
    while (this.#lead.cursor < target) this.#leadOn();
    const now = this.#now;
    const base = this.#before(target);
    if (now.cursor <= target && now.cursor >= base.cursor) {
      replay(now, this.#index, target);
      return;
    }
    const fold = base.clone();
    for (const distance of NEAR) {
      // No copy where there is one already.
      if (target - distance <= fold.cursor) continue;
      replay(fold, this.#index, target - distance);
      this.#near.push(fold.clone());
    }
    replay(fold, this.#index, target);
    fold.inherit(now);
    this.#now = fold;
    // Those behind the cursor are of no use for a step back: they go first.
    const distance = ({ cursor }: StageFold) => (cursor > target ? Number.MAX_SAFE_INTEGER : target - cursor);
    this.#near = this.#near.toSorted((one, other) => distance(one) - distance(other)).slice(0, NEAR_KEPT);
  }

  /** The last copy that is not behind a cursor. */
  #before(target: number): StageFold {
    let best = this.#marks[0] ?? new StageFold(this.#index);
    for (const fold of [...this.#marks, ...this.#near]) {
      if (fold.cursor <= target && fold.cursor > best.cursor) best = fold;
    }
    return best;
  }
}

function replay(fold: StageFold, index: RecordingIndex, to: number): void {
  for (let i = fold.cursor; i < to; i++) {
    const event = index.events[i];
    if (event !== undefined) fold.apply(event);
  }
}
