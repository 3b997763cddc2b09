import { type RefObject, useLayoutEffect, useRef } from 'react';

const MOVE_MS = 180;

/** Tiles that have another place than when they were last drawn go there instead of jumping. */
export function useMoves(view: RefObject<HTMLElement | null>, placement: unknown, isStill: boolean): void {
  const known = useRef(new Map<string, Place>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn moves when the placement changes, and else not.
  useLayoutEffect(() => {
    const element = view.current;
    if (element === null) return;
    const origin = element.getBoundingClientRect();
    const places = new Map<string, Place>();
    const moves: (() => void)[] = [];
    // All is measured before anything is moved: else every tile would be laid out anew.
    for (const tile of element.querySelectorAll<HTMLElement>('[data-uid]')) {
      const { left, top } = tile.getBoundingClientRect();
      const place = { x: left - origin.left + element.scrollLeft, y: top - origin.top + element.scrollTop };
      const id = tile.dataset['uid'] ?? '';
      places.set(id, place);
      const from = known.current.get(id);
      if (from === undefined || isStill) continue;
      const [x, y] = [from.x - place.x, from.y - place.y];
      if (Math.abs(x) + Math.abs(y) < 2) continue;
      moves.push(() => {
        tile.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], {
          duration: MOVE_MS,
          easing: 'ease-out',
        });
      });
    }
    known.current = places;
    for (const move of moves) move();
  }, [view, placement, isStill]);
}

interface Place {
  readonly x: number;
  readonly y: number;
}
