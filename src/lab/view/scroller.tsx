/**
 * A box whose contents may be higher than itself: it scrolls, and can be reached by the keyboard then, and only then, so
 * that nobody has to walk over boxes with nothing more to show.
 */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface ScrollerProps {
  readonly class: string;
  /** What lies in it, for those who come to it by the keyboard. */
  readonly name: string;
  readonly children: ComponentChildren;
}

export function Scroller({ class: className, name, children }: ScrollerProps) {
  const box = useRef<HTMLElement>(null);
  const watched = useRef<{ readonly observer: ResizeObserver; readonly parts: WeakSet<Element> } | undefined>(
    undefined,
  );
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (element.scrollHeight > element.clientHeight) element.tabIndex = 0;
      else element.removeAttribute('tabindex');
    });
    observer.observe(element);
    watched.current = { observer, parts: new WeakSet() };
    return () => observer.disconnect();
  }, []);
  // What has come since the last picture is watched too.
  useLayoutEffect(() => {
    for (const part of box.current?.children ?? []) {
      if (watched.current === undefined || watched.current.parts.has(part)) continue;
      watched.current.parts.add(part);
      watched.current.observer.observe(part);
    }
  });
  return (
    <section class={className} ref={box} aria-label={name}>
      {children}
    </section>
  );
}
