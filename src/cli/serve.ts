/**
 * `halfopen serve DIRECTORY`: our TCP/IP stack on a TAP device, and the files of a directory served over it by HTTP, to
 * the real kernel on the device's other end. A live line tells each connection's ledger.
 *
 * Everything that is made here lives in descriptors of this process, so that also a crash leaves nothing behind.
 */
import { Command } from 'commander';
import { type Language, languageOf } from '../base/language.ts';
import { parseDuration } from '../base/time.ts';
import { serveFiles } from '../linux/http-files.ts';
import { type HttpConnection, HttpService } from '../linux/http-service.ts';
import { LiveHost } from '../linux/live.ts';
import { TapError } from '../linux/tap.ts';
import { formatAddress, formatPrefix } from '../wire/address.ts';
import { closingLine, lineOf, Screen, type ServedConnection } from './serve-lines.ts';
import { planServe, type ServeOptions, type ServePlan } from './serve-plan.ts';
import { type ServeWords, serveWords } from './serve-words.ts';
import { EXIT, UserError } from './user-error.ts';

/** How often the lines are rewritten, and how often they are printed where they cannot be. */
const REWRITE_MS = 200;
const PRINT_MS = 5_000;

export function serveCommand(language: Language = languageOf(process.argv.slice(2), process.env)): Command {
  const words = serveWords(language);
  return new Command('serve')
    .description(words.about)
    .argument('<directory>', words.helpDirectory)
    .option('--tap <name>', words.helpTap, 'halfopen0')
    .option('--address <address/length>', words.helpAddress, '10.77.0.2/24')
    .option('--port <number>', words.helpPort, '80')
    .option('--mtu <bytes>', words.helpMtu, '1500')
    .option('--loss <share>', words.helpLoss, '0')
    .option('--reorder <share>', words.helpReorder, '0')
    .option('--delay <time>', words.helpDelay, '0ms')
    .option('--seed <number>', words.helpSeed)
    .action(async (directory: string, options: ServeOptions) => {
      process.exitCode = await serve(planServe(directory, options, words), words);
    });
}

/** Serves until a signal comes or the device goes away; the exit status. @throws UserError if it cannot begin */
async function serve(plan: ServePlan, words: ServeWords): Promise<number> {
  const { promise: ended, resolve: end } = withResolvers<string | undefined>();
  const host = openHost(plan, words, () => end(words.deviceGone(plan.tap)));
  const screen = new Screen(process.stdout, words);
  const stop = () => end(undefined);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  // Also when something throws: nobody likes a terminal without a cursor.
  const restore = () => screen.close();
  process.once('exit', restore);
  let lines: NodeJS.Timeout | undefined;
  let service: HttpService | undefined;
  try {
    const listener = await host.process.listen(plan.port, { backlog: 1024 });
    const http = new HttpService(listener, serveFiles(plan.directory), {
      closed: (connection) => {
        const seconds = (performance.now() - connection.since) / 1000;
        screen.keep(closingLine(served(connection), seconds, words));
      },
      failed: (error) => end(words.failed(error instanceof Error ? error.message : String(error))),
    });
    service = http;
    for (const line of greeting(plan, words)) screen.keep(line);
    const show = () => screen.show([...http.connections].map((one) => lineOf(served(one), words)));
    lines = setInterval(show, screen.isTerminal ? REWRITE_MS : PRINT_MS);
    if (screen.isTerminal) show();
    const problem = await ended;
    screen.close();
    if (problem !== undefined) {
      process.stderr.write(`halfopen: ${problem}\n`);
      return EXIT.fails;
    }
    return EXIT.holds;
  } finally {
    clearInterval(lines);
    for (const signal of signals) process.off(signal, stop);
    process.off('exit', restore);
    if (!host.closed) {
      // Clients hear that it is over; with the device their route goes at once.
      await host.reset();
      await service?.close();
      host.close();
      screen.keep(words.stopped(plan.tap));
    }
  }
}

/** @throws UserError */
function openHost(plan: ServePlan, words: ServeWords, onGone: () => void): LiveHost {
  const { loss, reorder, delay } = plan.impairment;
  const isImpaired = loss > 0 || reorder > 0 || parseDuration('--delay', delay) > 0;
  try {
    return new LiveHost({
      tap: plan.tap,
      address: plan.interfaceAddress,
      mtu: plan.mtu,
      seed: plan.seed,
      onGone,
      ...(isImpaired ? { impairment: plan.impairment } : {}),
    });
  } catch (error) {
    if (!(error instanceof TapError)) throw error;
    switch (error.code) {
      case 'EPERM':
        throw new UserError(words.notRoot);
      case 'ENOENT':
        throw new UserError(words.noTun);
      case 'EBUSY':
        throw new UserError(words.nameInUse(plan.tap));
      default:
        throw new UserError(words.failed(error.message));
    }
  }
}

function greeting(plan: ServePlan, words: ServeWords): string[] {
  const ours = formatAddress(plan.address);
  const url = `http://${ours}${plan.port === 80 ? '' : `:${plan.port}`}/`;
  const network = formatPrefix(plan.prefix);
  const kernel = `${formatAddress(plan.kernelAddress)}${network.slice(network.indexOf('/'))}`;
  const lines = [words.serving(plan.directory, url), words.how(plan.tap, kernel, ours)];
  const { loss, reorder, delay } = plan.impairment;
  const bad = [
    loss > 0 ? `--loss ${loss}` : '',
    reorder > 0 ? `--reorder ${reorder}` : '',
    parseDuration('--delay', delay) > 0 ? `--delay ${delay}` : '',
  ].filter((text) => text !== '');
  if (bad.length > 0) lines.push(words.bad(bad.join(' ')));
  return [...lines, words.stop];
}

function served({ socket, client, request }: HttpConnection): ServedConnection {
  return { client, request, status: socket.status() };
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
