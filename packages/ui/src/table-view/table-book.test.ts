import { expect, test } from 'vitest';
import { arranged, cellText, nextOrder, type Order, TableBook } from './table-book.ts';

const COLUMNS = [
  { name: 'Name', type: 'string' },
  { name: 'Ready', type: 'string' },
  { name: 'Restarts', type: 'string' },
  { name: 'Age', type: 'string' },
];
const row = (name: string, ready: string, second: number) => ({
  cells: [name, ready, '0', '1s'],
  object: { metadata: { uid: name, name, namespace: 'default', creationTimestamp: `2025-01-01T00:00:0${second}Z` } },
});

test('TBL-1 rows come, change and go by their events', () => {
  const book = new TableBook();
  book.take('ADDED', { columnDefinitions: COLUMNS, rows: [row('a-10', '1/1', 1), row('a-2', '0/1', 3)] });
  book.take('MODIFIED', { rows: [row('a-2', '10/10', 3)] });
  book.take('ADDED', { columnDefinitions: null, rows: [row('b', '2/2', 2)] });
  const told = (filter: string, order?: Order) =>
    arranged(book.rows, book.columns, filter, order).map(({ name }) => name);
  expect(told('')).toEqual(['a-2', 'a-10', 'b']);
  expect(told('', { column: 'Ready', isDescending: true })).toEqual(['a-2', 'b', 'a-10']);
  expect(told('', { column: 'Age', isDescending: false })).toEqual(['a-2', 'b', 'a-10']);
  expect(told('2/2')).toEqual(['b']);
  book.take('DELETED', { rows: [row('a-2', '1/1', 3)] });
  expect(told('')).toEqual(['a-10', 'b']);
  const [first] = book.rows;
  expect(first && cellText(first, { name: 'Age', type: 'string', priority: 0 }, 3, Date.UTC(2025, 0, 1, 0, 3))).toBe(
    '2m59s',
  );
});

test('TBL-2 a letter goes through the columns that begin with it', () => {
  const names = COLUMNS.map(({ name }) => name);
  const [first] = [nextOrder('R', names, undefined)];
  const second = nextOrder('r', names, first);
  const third = nextOrder('R', names, second);
  expect([first, second, third]).toEqual([
    { column: 'Ready', isDescending: false },
    { column: 'Ready', isDescending: true },
    { column: 'Restarts', isDescending: false },
  ]);
  expect(nextOrder('X', names, first)).toBe(first);
});
