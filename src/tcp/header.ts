/**
 * Writes one segment of a connection: header, options, data, checksum (RFC 9293, 3.1; RFC 7323, 3.2; RFC 2018, 4). What
 * a segment carries along, an ACK and the window, is settled here too: every segment acknowledges (MUST-58).
 */
import type { Nanoseconds } from '../base/time.ts';
import type { Frame } from '../wire/frame.ts';
import { ACK, ECE, finishTcpChecksum, RST, SYN, TCP_HEADER_LENGTH, URG, writeTcpHeader } from '../wire/tcp.ts';
import { emptyTcpOptions, writeTcpOptions } from '../wire/tcp-options.ts';
import * as seq from './seq.ts';
import type { Tcb } from './tcb.ts';
import { offerFirstWindow, offerWindow } from './window.ts';

/** One for all: it is filled and written at once. */
const options = emptyTcpOptions();

/**
 * Writes a segment with `length` bytes of the send buffer, the first of them `skip` behind its beginning. Returns the
 * segment's length in bytes; sets frame.end. Leaves the checksum out if the frame is marked as offloaded.
 */
export function writeSegment(
  tcb: Tcb,
  now: Nanoseconds,
  frame: Frame,
  at: number,
  control: number,
  skip: number,
  length: number,
): number {
  const isSyn = (control & SYN) !== 0;
  const acknowledges = (control & ACK) !== 0;
  chooseOptions(tcb, now, control);
  const optionsLength = writeTcpOptions(frame.bytes, frame.view, frame.transport + TCP_HEADER_LENGTH, options);
  const window = isSyn ? offerFirstWindow(tcb) : (control & RST) !== 0 && !acknowledges ? 0 : offerWindow(tcb);
  const echoes = tcb.ecn.demandsCwr && acknowledges && !isSyn;
  const urgent = tcb.snd.urgent && seq.gt(tcb.snd.up, at);
  writeTcpHeader(
    frame,
    tcb.local.port,
    tcb.remote.port,
    at,
    acknowledges ? tcb.rcv.nxt : 0,
    (urgent ? control | URG : control) | (echoes ? ECE : 0),
    window,
    urgent ? Math.min(0xffff, seq.distance(at, tcb.snd.up) - (tcb.config.urgentPointer === 'behind' ? 0 : 1)) : 0,
    optionsLength,
  );
  if (!isSyn || !tcb.passive) tcb.counters.left(length); // Linux: a SYN-ACK is the request's, not the connection's
  if (length > 0) tcb.sendBuffer.read(skip, length, frame.bytes, frame.payload);
  frame.payloadEnd = frame.payload + length;
  frame.end = frame.payloadEnd;
  if (!frame.offloaded) finishTcpChecksum(frame, tcb.local.address, tcb.remote.address);
  if (acknowledges) {
    tcb.acks.sent(tcb.rcv.nxt);
    tcb.timers.disarm('delayed-ack');
    tcb.timestamps.lastAckSent = tcb.rcv.nxt;
  }
  return frame.end - frame.transport;
}

function chooseOptions(tcb: Tcb, now: Nanoseconds, control: number): void {
  options.mss = undefined;
  options.windowScale = undefined;
  options.sackPermitted = false;
  options.timestamps = false;
  options.sackCount = 0;
  if ((control & SYN) !== 0) chooseSynOptions(tcb, (control & ACK) !== 0);
  else if (tcb.timestamps.on && (control & (RST | ACK)) !== RST) options.timestamps = true; // Linux tcp_v4_send_reset: none
  if (options.timestamps) {
    options.tsval = tcb.timestamp(now);
    options.tsecr = (control & ACK) !== 0 ? tcb.timestamps.recent : 0;
  }
  const isReset = (control & RST) !== 0;
  const hasBlocks = tcb.receiveBuffer.outOfOrder.count > 0 || tcb.duplicate !== undefined;
  if (tcb.sackPermitted && !isReset && hasBlocks) chooseBlocks(tcb);
}

/** A SYN offers what the system can; a SYN-ACK only what the SYN offered. */
function chooseSynOptions(tcb: Tcb, isAnswer: boolean): void {
  const { config } = tcb;
  options.mss = tcb.localMss;
  options.sackPermitted = isAnswer ? tcb.sackPermitted : config.sack;
  options.timestamps = isAnswer ? tcb.timestamps.on : config.timestamps;
  const scales = isAnswer ? tcb.windowScaling : config.windowScaling;
  if (scales) options.windowScale = tcb.offeredScale;
}

/** RFC 2018, 4: the block with the newest segment first, then others; RFC 2883: a duplicate before all. */
function chooseBlocks(tcb: Tcb): void {
  const { outOfOrder } = tcb.receiveBuffer;
  const most = options.timestamps ? 3 : 4;
  let count = 0;
  if (tcb.duplicate !== undefined) {
    put(count++, tcb.duplicate.left, tcb.duplicate.right);
    tcb.duplicate = undefined;
  }
  const newest = Math.min(outOfOrder.count - 1, outOfOrder.firstBehind(tcb.newestOutOfOrder));
  if (newest >= 0) put(count++, outOfOrder.left(newest), outOfOrder.right(newest));
  for (let index = outOfOrder.count - 1; index >= 0 && count < most; index--) {
    if (index !== newest) put(count++, outOfOrder.left(index), outOfOrder.right(index));
  }
  options.sackCount = count;
}

function put(block: number, left: number, right: number): void {
  options.sack[2 * block] = left;
  options.sack[2 * block + 1] = right;
}
