/** The one document that `--json` prints. Its shape is a promise: people's tests and scripts read it. */
import type { Json } from '../base/json.ts';
import type { ChannelLedger } from '../system/scenario.ts';

export interface CallDocument {
  readonly call: string;
  readonly atMs: number;
  /** Left out: it has not returned. */
  readonly returnedAtMs?: number;
  readonly result?: Json;
  readonly error?: string;
}

export interface RunDocument {
  readonly scenario: string;
  readonly seed: number;
  /** True if every expectation holds. */
  readonly ok: boolean;
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly traceHash: string;
  readonly expectations: readonly { readonly text: string; readonly story: string; readonly ok: boolean }[];
  readonly processes: readonly {
    readonly host: string;
    readonly name: string;
    /** `{ code, value? }`, `{ signal }`, `{ error }`; null: it still runs. */
    readonly exit: Json;
    readonly calls: readonly CallDocument[];
  }[];
  readonly breaks: readonly {
    readonly kind: string;
    readonly target: string;
    readonly atMs: number;
    readonly noticed: readonly {
      readonly process: string;
      readonly call: string;
      readonly result: Json;
      readonly afterMs: number;
    }[];
  }[];
  readonly ledger: readonly ChannelLedger[];
}
