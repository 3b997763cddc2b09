import { describe, expect, test } from 'vitest';
import { type EditorEvent, LineEditor } from './line-editor.ts';

function editor() {
  const events: EditorEvent[] = [];
  let printed = '';
  const line = new LineEditor({
    emit: (event) => events.push(event),
    print: (text) => {
      printed += text;
    },
  });
  line.begin('$ ');
  return {
    line,
    events,
    printed: () => printed,
    /** Types keys and Enter; the line that came of it. */
    enter(keys: string): string {
      line.feed(`${keys}\r`);
      const last = events.at(-1);
      line.begin('$ ');
      return last?.type === 'line' ? last.text : '';
    },
  };
}

const LEFT = '\u001b[D';
const UP = '\u001b[A';

describe('the line editor', () => {
  const cases = [
    { name: 'keys go where the cursor is', keys: `kubctl${LEFT}${LEFT}${LEFT}e`, text: 'kubectl' },
    { name: 'backspace takes the character before the cursor', keys: 'podss\u007f', text: 'pods' },
    { name: 'Ctrl-A and Ctrl-E go to the ends', keys: 'get pods\u0001kubectl \u0005 -w', text: 'kubectl get pods -w' },
    { name: 'Ctrl-W takes a word, Ctrl-Y brings it back', keys: 'get nodes\u0017pods \u0019', text: 'get pods nodes' },
    { name: 'Ctrl-U takes what stands before the cursor', keys: 'rm -rf\u0015ls', text: 'ls' },
    { name: 'a sequence may come in pieces', keys: 'b\u001b', text: 'b', after: '[Da\r' },
  ];
  for (const { name, keys, text, after } of cases) {
    test(`WRK-6 ${name}`, () => {
      const { line, events, enter } = editor();
      if (after === undefined) expect(enter(keys)).toBe(text);
      else {
        line.feed(keys.slice(0, -1));
        line.feed('\u001b[');
        line.feed('Da\r');
        expect(events.at(-1)).toEqual({ type: 'line', text: 'ab' });
      }
    });
  }

  test('WRK-6 lines come back by the arrow and by Ctrl-R', () => {
    const { enter } = editor();
    enter('kubectl get pods');
    enter('kubectl get nodes');
    expect(enter(`${UP}${UP}`)).toBe('kubectl get pods');
    expect(enter('\u0012nod')).toBe('kubectl get nodes');
  });

  test('WRK-6 Ctrl-C gives the line up, Ctrl-D ends on an empty one, Tab asks for the rest', () => {
    const { line, events } = editor();
    line.feed('get p\t');
    line.feed('\u0003');
    line.begin('$ ');
    line.feed('\u0004');
    expect(events).toEqual([{ type: 'complete', text: 'get p' }, { type: 'interrupt' }, { type: 'end' }]);
  });
});
