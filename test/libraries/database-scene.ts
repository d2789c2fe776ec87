/** An application and a server in two networks, for clients and servers of a library, and what a client's user sees. */
import { type Program, simulate } from '../../src/index.ts';
import { nodeProgram } from '../../src/node/index.ts';

/** What was seen, and at which virtual millisecond. */
export type Seen = readonly [what: string, at: number];

/** A round trip takes 10 ms; a cut of the cable ends in ETIMEDOUT, as a router stands between. */
export function scene() {
  const world = simulate({ seed: 1 });
  const app = world.host('app', { address: '10.0.0.1' });
  const db = world.host('db', { address: '10.0.1.2', aliases: ['server'] });
  const router = world.router('R');
  world.cable(app, router, { delay: '2ms' });
  const cable = world.cable(router, db, { delay: '3ms' });
  return { world, app, db, cable };
}

export type Scene = ReturnType<typeof scene>;

/**
 * The same break for all: the cable is cut; the server's host loses power, and has it again after ten seconds; the
 * server's process is killed. Half an hour passes.
 */
export async function broken(
  { world, cable, db }: Scene,
  how: 'cut' | 'power' | 'kill',
  server: { kill(): void },
): Promise<void> {
  if (how === 'cut') cable.cut();
  else if (how === 'power') db.powerOff();
  else server.kill();
  await world.run({ for: '10s' });
  if (how === 'power') db.powerOn();
  await world.run({ for: '30min' });
  await world[Symbol.asyncDispose]();
}

/** What a program tells of, in order. */
export class Diary {
  readonly seen: Seen[] = [];

  /** To be called in a program: the moment is its own. */
  readonly tell = (what: string): void => {
    this.seen.push([what, Math.round(performance.now())]);
  };

  /** Tells how that ended: what it brought, or its error's code or words. */
  async ending(name: string, promise: Promise<unknown>): Promise<void> {
    try {
      this.tell(`${name}: ${JSON.stringify(await promise)}`);
    } catch (error) {
      this.tell(`${name}: ${named(error)}`);
    }
  }

  has(what: string): boolean {
    return this.seen.some(([text]) => text === what);
  }
}

interface Emitter {
  on(event: string, listener: (value?: unknown) => void): unknown;
}

/** Tells of each of these events of `emitter`, with its error if it brings one. */
export function watch(diary: Diary, emitter: Emitter, events: readonly string[]): void {
  for (const event of events) {
    emitter.on(event, (value?: unknown) => diary.tell(value instanceof Error ? `${event}: ${named(value)}` : event));
  }
}

/** 'ECONNRESET read ECONNRESET', or the words alone. */
export function named(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code} ` : '';
  return `${code}${error.message || error.constructor.name}`;
}

/** Runs `main` as a Node program; `diary` is what it tells. */
export function program(main: (diary: Diary) => unknown): { readonly diary: Diary; readonly run: Program } {
  const diary = new Diary();
  return { diary, run: nodeProgram(async () => void (await main(diary))) };
}

/**
 * A server that is started again whenever its power comes back, and a client. The client tells 'used' when it has had its
 * first answer; what it tells after that is what the break brought it.
 */
export async function breaking(
  serve: (diary: Diary) => unknown,
  main: (diary: Diary) => unknown,
  how: 'cut' | 'power' | 'kill',
): Promise<readonly Seen[]> {
  const stage = scene();
  const server = program(serve);
  const process = stage.db.spawn('server', server.run);
  stage.db.onBoot('server', server.run);
  const { diary, run } = program(main);
  stage.app.spawn('app', run, { start: 1 });
  const { ended } = await stage.world.run({ until: () => diary.has('used'), for: '1min' });
  if (ended !== 'until') throw new Error(`the client was never answered: ${JSON.stringify(diary.seen)}`);
  const before = diary.seen.length;
  await broken(stage, how, process);
  return diary.seen.slice(before);
}
