/**
 * From a call that is blocked, a dotted line to what it waits for: `send` to the send buffer, `recv` to the receive
 * buffer, `accept` to the listening socket's queue, `connect` to the socket's state. It runs in the margin of the host's
 * card, where no text stands, and crosses the line to the operating system as only calls do.
 */
import { useLayoutEffect, useRef } from 'preact/hooks';
import './waits.css';
import type { CallView, SocketView } from '../stage/model.ts';

/** How far from the card's edge it runs, in pixels. */
const MARGIN = 6;

/** Where in a host's card that is which the call waits for; undefined: nothing on the stage. */
function targetOf({ call, socket: id }: CallView, drawn: SocketView | undefined): string | undefined {
  if (call === 'connect') return '.stage-socket-head';
  if (call === 'accept') return drawn?.kind === 'listening' ? '.stage-socket-head' : '.stage-other[data-listening]';
  if (call !== 'send' && call !== 'recv') return undefined;
  if (id !== drawn?.id) return `.stage-other[data-socket="${id}"]`;
  if (drawn?.kind === 'udp') return '.stage-udp';
  return `.stage-buffer[data-owner="tcp"][data-room="${call === 'send' ? 'free' : 'window'}"] .stage-buffer-body`;
}

/** `call`: the one that is blocked now. */
export function Waits({
  call,
  drawn,
}: {
  readonly call: CallView | undefined;
  readonly drawn: SocketView | undefined;
}) {
  const svg = useRef<SVGSVGElement>(null);
  const target = call === undefined ? undefined : targetOf(call, drawn);
  // Measured when another call blocks and when something moves, not at each step: measuring makes the page lay itself out.
  useLayoutEffect(() => {
    const element = svg.current;
    const card = element?.parentElement;
    if (element === null || card === null || card === undefined) return;
    const again = () => draw(element, target);
    again();
    if (target === undefined) return;
    const observer = new ResizeObserver(again);
    const moving = [card, ...card.children, card.querySelector('.stage-blocked'), card.querySelector(target)];
    for (const part of moving) if (part !== null && part !== element) observer.observe(part);
    // The program's text scrolls, and so do the other sockets; scrolling does not bubble.
    card.addEventListener('scroll', again, { capture: true, passive: true });
    return () => {
      observer.disconnect();
      card.removeEventListener('scroll', again, { capture: true });
    };
  }, [target, call?.n]);
  return (
    <svg class="stage-waits" ref={svg} data-call={target === undefined ? undefined : call?.call} aria-hidden="true">
      <path class="stage-waits-line" />
      <circle class="stage-waits-end" r={3.5} />
    </svg>
  );
}

interface Box {
  readonly top: number;
  readonly bottom: number;
}

const within = (y: number, { top, bottom }: Box): number => Math.max(top + 2, Math.min(bottom - 2, y));

function draw(svg: SVGSVGElement, target: string | undefined): void {
  const [line, end] = svg.children;
  const card = svg.parentElement;
  const blocked = card?.querySelector('.stage-blocked');
  const waited = target === undefined ? undefined : card?.querySelector(target);
  const from = blocked?.getBoundingClientRect();
  const to = waited?.getBoundingClientRect();
  // On a phone the buffer of the other channel is not there.
  if (!card || !blocked || !waited || !from || !to || to.height === 0 || from.height === 0) {
    line?.removeAttribute('d');
    end?.setAttribute('visibility', 'hidden');
    return;
  }
  const { left, top, right } = card.getBoundingClientRect();
  const edge = right - left - MARGIN;
  const shown = (element: Element, y: number): number => {
    const box = element.closest('.stage-source, .stage-host-rest')?.getBoundingClientRect();
    return (box === undefined ? y : within(y, box)) - top;
  };
  const begin = shown(blocked, (from.top + from.bottom) / 2);
  const finish = shown(waited, Math.min(to.top + 14, (to.top + to.bottom) / 2));
  const near = Math.min(to.right - left, edge - 2);
  line?.setAttribute('d', `M${from.right - left} ${begin}H${edge}V${finish}H${near}`);
  end?.setAttribute('cx', String(near));
  end?.setAttribute('cy', String(finish));
  end?.setAttribute('visibility', 'visible');
}
