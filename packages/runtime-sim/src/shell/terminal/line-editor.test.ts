import { describe, expect, test } from 'vitest';
import { type EditorEvent, LineEditor } from './line-editor.ts';

function editor(columns = 80) {
  let printed = '';
  const history: string[] = [];
  const line = new LineEditor(
    (text) => {
      printed += text;
    },
    { columns, history },
  );
  line.begin('$ ');
  return {
    line,
    history,
    printed: () => printed,
    /** Types keys and Enter; the line that came of it. */
    enter(keys: string): string {
      const event = line.feed(`${keys}\r`)?.event;
      const text = event?.type === 'line' ? event.text : '';
      history.push(text);
      line.begin('$ ');
      return text;
    },
  };
}

const LEFT = '\u001b[D';
const UP = '\u001b[A';
const DOWN = '\u001b[B';

describe('the line editor', () => {
  const cases = [
    { name: 'keys go where the cursor is', keys: `kubctl${LEFT}${LEFT}${LEFT}e`, text: 'kubectl' },
    { name: 'backspace takes the character before the cursor', keys: 'podss\u007f', text: 'pods' },
    { name: 'Ctrl-A and Ctrl-E go to the ends', keys: 'get pods\u0001kubectl \u0005 -w', text: 'kubectl get pods -w' },
    { name: 'Ctrl-W takes a word, Ctrl-Y brings it back', keys: 'get nodes\u0017pods \u0019', text: 'get pods nodes' },
    { name: 'Ctrl-U takes what stands before the cursor', keys: 'rm -rf\u0015ls', text: 'ls' },
    { name: 'Ctrl-T swaps two characters', keys: 'gte\u001b[D\u0014', text: 'get' },
    { name: 'characters of two columns are characters', keys: `파드${LEFT}\u007f노`, text: '노드' },
  ];
  for (const { name, keys, text } of cases) {
    test(`SHT-1 ${name}`, () => expect(editor().enter(keys)).toBe(text));
  }

  test('SHT-1 a sequence may come in pieces', () => {
    const { line } = editor();
    line.feed('b\u001b[');
    expect(line.feed('Da\r')?.event).toEqual({ type: 'line', text: 'ab' });
  });

  test('SHT-1 keys behind an event are given back', () => {
    const { line } = editor();
    expect(line.feed('a\rb')).toEqual({ event: { type: 'line', text: 'a' }, rest: 'b' });
  });

  test('SHT-2 lines come back by the arrow and by Ctrl-R; what was being typed waits below', () => {
    const { enter } = editor();
    enter('kubectl get pods');
    enter('kubectl get nodes');
    expect(enter(`${UP}${UP}`)).toBe('kubectl get pods');
    expect(enter('\u0012nod')).toBe('kubectl get nodes');
    expect(enter(`draft${UP}${DOWN}!`)).toBe('draft!');
    expect(enter('\u001b.')).toBe('draft!');
  });

  test('SHT-1 Ctrl-C gives the line up, Ctrl-D ends on an empty one, Tab asks for the rest', () => {
    const { line } = editor();
    const events: (EditorEvent | undefined)[] = [];
    for (const keys of ['get p\t', '\u0003']) events.push(line.feed(keys)?.event);
    line.begin('$ ');
    events.push(line.feed('\u0004')?.event);
    expect(events).toEqual([{ type: 'complete', text: 'get p' }, { type: 'interrupt' }, { type: 'end' }]);
  });

  test('SHT-3 a line longer than the terminal is drawn over several rows, and the cursor finds back', () => {
    const { line, printed } = editor(10);
    line.feed('123456789');
    const before = printed().length;
    line.feed('\u0001');
    // Up from the second row, to the third column.
    expect(printed().slice(before)).toBe('\u001b[1A\r$ 123456789\u001b[J\u001b[1A\r\u001b[2C');
  });

  test('SHT-3 what is typed at the end is drawn by itself', () => {
    const { line, printed } = editor();
    line.feed('ls');
    expect(printed()).toBe('$ ls');
  });

  test('SHT-3 a screen that gets another width shows the line again', () => {
    const { line, printed } = editor(10);
    line.feed('123456789');
    const before = printed().length;
    line.resize(80);
    expect(printed().slice(before)).toBe('\r$ 123456789\u001b[J');
  });

  for (const columns of [0, 1]) {
    test(`a terminal that says it has ${columns} columns takes a line as it is`, () => {
      const { line, printed } = editor(columns);
      line.feed('echo hello');
      expect(printed()).toBe('$ echo hello');
    });
  }
});
