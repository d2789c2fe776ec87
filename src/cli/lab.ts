/**
 * `halfopen lab [FILE]`: hands the built page out to a browser, and says where it is. The page runs the simulated world
 * by itself, so this server knows nothing of it.
 *
 * FILE is served as `given/NAME`, and the address says so to the page: `…/#open=given/NAME`, relative to the page.
 */
import { spawn } from 'node:child_process';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { type LabOptions, type LabPlan, planLab } from './lab-plan.ts';
import { GIVEN, labServer } from './lab-server.ts';
import { type LabWords, labWords } from './lab-words.ts';
import { EXIT, UserError } from './user-error.ts';

/** The built page: dist/lab/, beside this file's own folder. */
const PAGE = fileURLToPath(new URL('../lab/', import.meta.url));

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function labCommand(language: Language): Command {
  const words = labWords(language);
  return new Command('lab')
    .description(words.about)
    .argument('[file]', words.helpFile)
    .option('--port <number>', words.helpPort)
    .option('--host <address>', words.helpHost, '127.0.0.1')
    .option('--open', words.helpOpen)
    .action(async (file: string | undefined, options: LabOptions) => {
      process.exitCode = await lab(planLab(file, options, process.env, words), words);
    });
}

/** Serves until a signal comes; the exit status. @throws UserError if it cannot begin */
async function lab(plan: LabPlan, words: LabWords): Promise<number> {
  const server = openServer(plan, words);
  await listenOnOne(server, plan, words);
  // Before anybody is told the address: from then on a signal ends it well.
  const end = ended(server);
  const url = addressOf(server, plan);
  process.stdout.write(`${words.serving(url)}\n`);
  if (!plan.isLoopback) process.stdout.write(`${words.openToAll(plan.host)}\n`);
  if (plan.open) openBrowser(url, () => process.stderr.write(`halfopen: ${words.cannotOpen}\n`));
  const problem = await end;
  server.close();
  // A browser keeps its connections open for minutes.
  server.closeAllConnections();
  if (problem === undefined) return EXIT.holds;
  process.stderr.write(`halfopen: ${words.failed(problem.message)}\n`);
  return EXIT.fails;
}

/** @throws UserError */
function openServer(plan: LabPlan, words: LabWords): Server {
  try {
    return labServer(PAGE, plan.given);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new UserError(words.notBuilt);
    throw error;
  }
}

/** @throws UserError if none of the ports can be had */
async function listenOnOne(server: Server, { host, ports, isPortGiven }: LabPlan, words: LabWords): Promise<void> {
  for (const port of ports) {
    const error = await listen(server, port, host);
    if (error === undefined) return;
    const code = codeOf(error);
    if (code === 'EACCES') throw new UserError(words.notAllowed(port));
    if (code !== 'EADDRINUSE') throw new UserError(words.wrongHost(host, code));
    if (isPortGiven) throw new UserError(words.portTaken(port));
  }
  throw new UserError(words.noFreePort(ports[0] ?? 0, ports.at(-1) ?? 0));
}

/** undefined when it listens, and otherwise why it does not. */
function listen(server: Server, port: number, host: string): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const settle = (error?: Error) => {
      server.off('error', settle).off('listening', settle);
      resolve(error);
    };
    server.once('error', settle).once('listening', settle);
    server.listen(port, host);
  });
}

function addressOf(server: Server, { host, given }: LabPlan): string {
  const { port } = server.address() as AddressInfo;
  // 0.0.0.0 and :: are no address to go to; from this machine, loopback always is.
  const isAny = host === '0.0.0.0' || host === '::';
  const name = isAny ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  const fragment = given === undefined ? '' : `#open=${GIVEN}${encodeURIComponent(given.name)}`;
  return `http://${name}:${port}/${fragment}`;
}

/** Settles at a signal, or with the error that ended the server. */
function ended(server: Server): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const end = (error?: Error) => {
      for (const signal of SIGNALS) process.off(signal, stop);
      resolve(error);
    };
    const stop = () => end();
    for (const signal of SIGNALS) process.once(signal, stop);
    server.once('error', end);
  });
}

function openBrowser(url: string, onFailure: () => void): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const child = spawn(program ?? '', args, { stdio: 'ignore', detached: true });
  child.once('error', onFailure);
  child.once('exit', (status) => {
    if (status !== 0) onFailure();
  });
  child.unref();
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
