import { describe, expect, test } from 'vitest';
import { closedPanel, dragged, FIRST_LAYOUT, openedPanel, readLayout, sizeLimits, sizeOf } from './panel-layout.ts';

describe('how the page is divided', () => {
  test('UI-21 an edge is dragged as far as the view has room, and no further', () => {
    const wide = dragged(FIRST_LAYOUT, 'editor', 45.04);
    expect(wide).toEqual({ sizes: { editor: 45 }, closed: [] });
    expect(sizeLimits(wide, 'inspector')).toEqual({ least: 10, most: 35 });
    expect(sizeOf(dragged(wide, 'inspector', 70), 'inspector')).toBe(35);
    expect(sizeOf(dragged(wide, 'terminal', 95), 'terminal')).toBe(80);
    expect(sizeOf(dragged(wide, 'events', 7), 'events')).toBe(10);
  });

  test('UI-21 a panel that is dragged to its end closes, keeps its size, and opens when it is dragged out', () => {
    const closed = dragged(dragged(FIRST_LAYOUT, 'inspector', 40), 'inspector', 3);
    expect(closed).toEqual({ sizes: { inspector: 40 }, closed: ['inspector'] });
    expect(sizeLimits(closed, 'editor').most).toBe(80);
    expect(openedPanel(closed, 'inspector')).toEqual({ sizes: { inspector: 40 }, closed: [] });
    expect(dragged(closed, 'inspector', 20)).toEqual({ sizes: { inspector: 20 }, closed: [] });
    expect(closedPanel(closed, 'inspector')).toBe(closed);
  });

  test('UI-21 of what was kept, whatever is no layout is left out', () => {
    const kept = dragged(closedPanel(FIRST_LAYOUT, 'events'), 'editor', 50);
    expect(readLayout(JSON.stringify(kept))).toEqual(kept);
    for (const text of [null, '', '{', '[]', '7', '{"sizes":3,"closed":{}}']) {
      expect(readLayout(text)).toEqual(FIRST_LAYOUT);
    }
    expect(readLayout('{"sizes":{"editor":"50","events":400,"other":20},"closed":["view","terminal"]}')).toEqual({
      sizes: {},
      closed: ['terminal'],
    });
  });
});
