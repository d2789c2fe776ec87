/** Writing: to stdout so that `| head` ends quietly, and files so that nobody ever reads half of one. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** When the reader of our output goes away (EPIPE), the command ends without a word, as a Unix command does. */
export function endQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}

/**
 * Writes a file under another name beside it and renames that, so that the file is there whole or not at all.
 * @throws the file system's own error; the half-written file is gone then
 */
export function writeWhole(path: string, parts: Iterable<string | Uint8Array>): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const file = openSync(temporary, 'wx');
  try {
    try {
      for (const part of batched(parts)) writeAll(file, typeof part === 'string' ? Buffer.from(part) : part);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

const BATCH = 1 << 20;

/** Joins short texts, so that a trace of a million lines takes no million calls. */
function* batched(parts: Iterable<string | Uint8Array>): Generator<string | Uint8Array> {
  let text = '';
  for (const part of parts) {
    if (typeof part !== 'string') {
      yield part;
      continue;
    }
    text += part;
    if (text.length < BATCH) continue;
    yield text;
    text = '';
  }
  yield text;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
