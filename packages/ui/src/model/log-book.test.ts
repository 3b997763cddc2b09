import { expect, test } from 'vitest';
import { LogBook } from './log-book.ts';

const told = ({ lines }: LogBook) => lines.map(({ source, text }) => `${source} ${text}`);

test('INS-4 logs of several containers are one, by their timestamps, whatever pieces they come in', () => {
  const book = new LogBook();
  book.add('a', '2025-01-01T00:00:01.5Z one\n2025-01-01T00:00:03Z th');
  book.add('b', '2025-01-01T00:00:01.25Z zero\n2025-01-01T00:00:02.123Z two\n');
  book.add('a', 'ree\n');
  expect(told(book)).toEqual(['b zero', 'a one', 'b two', 'a three']);
});

test('INS-4 what is heard again is told once', () => {
  const book = new LogBook();
  book.add('a', '2025-01-01T00:00:01.5Z one\n2025-01-01T00:00:01.7Z two\n');
  expect(book.resume('b')).toBeUndefined();
  expect(book.resume('a')).toBe('2025-01-01T00:00:01Z');
  book.add('a', '2025-01-01T00:00:01.5Z one\n2025-01-01T00:00:01.7Z two\n2025-01-01T00:00:01.7Z three\n');
  expect(told(book)).toEqual(['a one', 'a two']);
  book.add('a', '2025-01-01T00:00:02Z four\n2025-01-01T00:00:02Z five\n');
  expect(told(book)).toEqual(['a one', 'a two', 'a four', 'a five']);
});
