/** For tests: our stack in a namespace of its own, with files served over HTTP, and programs that run in there. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Rng } from '../../src/base/rng.ts';
import { serveFiles } from '../../src/linux/http-files.ts';
import { HttpService } from '../../src/linux/http-service.ts';
import { LiveHost, type LiveOptions } from '../../src/linux/live.ts';
import { makeNamespace, type TestNamespace } from './namespace.ts';

const run = promisify(execFile);

export const URL_BASE = 'http://10.77.0.2';

export class LiveServer {
  readonly namespace: TestNamespace;
  readonly host: LiveHost;
  readonly service: HttpService;
  readonly directory: string;

  static async start(options: Partial<LiveOptions> = {}): Promise<LiveServer> {
    const namespace = makeNamespace();
    const directory = mkdtempSync(join(tmpdir(), 'halfopen-'));
    try {
      const host = new LiveHost({
        tap: 'tap0',
        namespace: namespace.name,
        address: '10.77.0.2/24',
        ...options,
      });
      const listener = await host.process.listen(80, { backlog: 128 });
      return new LiveServer(namespace, host, new HttpService(listener, serveFiles(directory)), directory);
    } catch (error) {
      namespace.destroy();
      throw error;
    }
  }

  private constructor(namespace: TestNamespace, host: LiveHost, service: HttpService, directory: string) {
    this.namespace = namespace;
    this.host = host;
    this.service = service;
    this.directory = directory;
  }

  /** A file of random bytes, the same in each run; its SHA-256. */
  file(name: string, bytes: number): string {
    const hash = createHash('sha256');
    const parts: Uint8Array[] = [];
    // Random bytes are dear: one piece, each time with another number in front.
    const rng = new Rng(1);
    const piece = new Uint8Array(Uint32Array.from({ length: 1 << 18 }, () => rng.uint32()).buffer);
    for (let left = bytes, n = 0; left > 0; left -= piece.length, n++) {
      const part = Buffer.from(piece.subarray(0, Math.min(left, piece.length)));
      if (part.length >= 4) part.writeUInt32BE(n);
      hash.update(part);
      parts.push(part);
    }
    writeFileSync(join(this.directory, name), Buffer.concat(parts));
    return hash.digest('hex');
  }

  /** What a program prints that runs inside of the namespace. */
  async run(program: string, ...args: string[]): Promise<string> {
    const [command, all] = this.namespace.command(program, ...args);
    return (await run(command, all, { maxBuffer: 1 << 26 })).stdout;
  }

  /** A program inside of the namespace, left running; `kill` reaches the program itself. */
  spawn(program: string, ...args: string[]): ChildProcess {
    const [command, all] = this.namespace.command(program, ...args);
    return spawn(command, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** The SHA-256 of what curl gets. */
  async curl(name: string): Promise<string> {
    const pipe = `curl --silent --show-error --fail ${URL_BASE}/${name} | sha256sum`;
    return (await this.run('bash', '-o', 'pipefail', '-c', pipe)).slice(0, 64);
  }

  stop(): void {
    this.host.close();
    this.namespace.destroy();
    rmSync(this.directory, { recursive: true });
  }
}

/** Waits until the condition holds, and looks again whenever the event loop has turned. */
export async function until(what: string, holds: () => boolean, seconds = 30): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
