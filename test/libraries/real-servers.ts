/** Real servers of this machine, each on a free port of the loopback, ended by who started it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RealServer {
  /** '127.0.0.1:49152' */
  readonly place: string;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('a server that listens has an address');
}

export async function startRedis(): Promise<RealServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-redis-'));
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'pipe'] });
  await heardFrom(child, 'Ready to accept connections');
  return { place: `127.0.0.1:${port}`, stop: () => ended(child, 'SIGTERM', folder) };
}

/** A cluster of its own, without passwords and without syncing to disks; as the user `postgres` if this one is root. */
export async function startPostgres(): Promise<RealServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-postgres-'));
  const user = unprivileged();
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const made = ['-D', data, '-U', 'tester', '--auth=trust', '--no-sync', '--no-locale', '-E', 'UTF8'];
  execFileSync(postgresProgram('initdb'), made, { ...user, cwd: folder, stdio: 'ignore' });
  const options = ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', '-F'];
  const child = spawn(postgresProgram('postgres'), options, {
    ...user,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await heardFrom(child, 'ready to accept connections');
  return { place: `127.0.0.1:${port}`, stop: () => ended(child, 'SIGINT', folder) };
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const number = (which: string) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}

/** Debian keeps the programs of each version in a folder of its own. */
function postgresProgram(name: string): string {
  const folder = '/usr/lib/postgresql';
  const versions = existsSync(folder) ? readdirSync(folder).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(folder, version, 'bin', name)).find((path) => existsSync(path)) ?? name;
}

async function heardFrom(child: ChildProcess, words: string): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        said += String(data);
        if (said.includes(words)) resolve();
      });
    }
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`it ended: ${said}`)));
  });
}

async function ended(child: ChildProcess, signal: NodeJS.Signals, folder: string): Promise<void> {
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  rmSync(folder, { recursive: true, force: true });
}
