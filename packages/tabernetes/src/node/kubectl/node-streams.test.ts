import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { letGo, outputStream } from './node-streams.ts';

test('TAB-11 what a terminal in raw mode is told has a return before each line feed, and not two', async () => {
  const target = new PassThrough();
  let isRaw = true;
  const stream = outputStream(target, () => isRaw);
  await stream.write('one\r\ntwo\rthree\n');
  await stream.write(new TextEncoder().encode('\r\n'));
  isRaw = false;
  await stream.write('four\r\n');
  expect(String(target.read())).toBe('one\ntwo\rthree\n\nfour\r\n');
});

test('TAB-11 once a command has ended, nobody waits for what else may be typed', () => {
  const typed = new Socket();
  const unref = vi.spyOn(typed, 'unref');
  letGo(typed);
  expect(unref).toHaveBeenCalledOnce();
  letGo(new PassThrough());
  typed.destroy();
});
