/**
 * Hands on the drawing. A press on a segment picks it; anywhere else it seeks, and goes on seeking while it is dragged, in
 * the picture as it was when it began. In linear time a wheel, or two fingers, show more or less of it; a wheel to the side
 * moves the cursor. The slider and the buttons beside the drawing do the same for the keyboard.
 *
 * Calls it: `timeline.tsx`.
 */
import { seek } from '../player.ts';
import { cursor, picked } from '../state.ts';
import { scaleSpan, spacing } from './spacing.tsx';
import type { TimeWindow } from './window.ts';

/** Pixels of the wheel after which twice as much time is in sight: three notches of a mouse. */
const DOUBLE = 300;
/** A pinch on a touch pad comes as a wheel with the control key, in smaller steps. */
const PINCH = 60;
/** A wheel that counts lines, or pages. */
const UNITS = [1, 16, 400] as const;

/** Moves the cursor so many pixels along the axis, by an event at least. */
function moveBy(pixels: number, shown: TimeWindow): void {
  const at = cursor.peek();
  const to = shown.cursorAt(shown.place(at - 1, 1) + pixels);
  const further = pixels > 0 ? to > at : to < at;
  seek(further ? to : at + Math.sign(pixels));
}

/** Follows the hands on a drawing that shows what `shown` says; what it returns lets go. */
export function takeHand(drawing: SVGSVGElement, shown: () => TimeWindow): () => void {
  const gone = new AbortController();
  const { signal } = gone;
  const fingers = new Map<number, number>();
  let held: TimeWindow | undefined;
  let apart: number | undefined;
  const leftOf = () => drawing.getBoundingClientRect().left;
  const distance = () => {
    const [one, other] = [...fingers.values()];
    return one === undefined || other === undefined ? undefined : Math.max(1, Math.abs(one - other));
  };
  const move = ({ clientX, pointerId }: PointerEvent) => {
    if (fingers.has(pointerId)) fingers.set(pointerId, clientX);
    const now = distance();
    if (apart !== undefined && now !== undefined) {
      scaleSpan(apart / now);
      apart = now;
    } else if (held !== undefined) seek(held.cursorAt(clientX - leftOf()));
  };
  const press = (event: PointerEvent) => {
    const segment = event.target instanceof Element ? event.target.closest<SVGElement>('[data-frame]') : null;
    if (segment !== null && fingers.size === 0) {
      picked.value = { kind: 'frame', n: Number(segment.dataset['frame']) };
      return;
    }
    fingers.set(event.pointerId, event.clientX);
    drawing.setPointerCapture(event.pointerId);
    apart = spacing.peek() === 'time' ? distance() : undefined;
    held = apart === undefined ? shown() : undefined;
    if (held !== undefined) move(event);
  };
  const letGo = ({ pointerId }: PointerEvent) => {
    fingers.delete(pointerId);
    held = undefined;
    apart = undefined;
  };
  const wheel = (event: WheelEvent) => {
    if (spacing.peek() !== 'time') return;
    event.preventDefault();
    const unit = UNITS[event.deltaMode] ?? 1;
    const [x, y] = [event.deltaX * unit, event.deltaY * unit];
    if (Math.abs(x) > Math.abs(y)) moveBy(x, shown());
    else scaleSpan(2 ** (y / (event.ctrlKey ? PINCH : DOUBLE)));
  };
  drawing.addEventListener('pointerdown', press, { signal });
  drawing.addEventListener('pointermove', move, { signal });
  drawing.addEventListener('pointerup', letGo, { signal });
  drawing.addEventListener('pointercancel', letGo, { signal });
  drawing.addEventListener('wheel', wheel, { signal, passive: false });
  return () => gone.abort();
}
