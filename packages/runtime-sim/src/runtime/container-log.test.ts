import { virtualClock } from '@tabernetes/base';
import { expect, test } from 'vitest';
import { ContainerLog } from './container-log.ts';

async function texts(log: ContainerLog): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text } of log.read({}, () => true)) lines.push(text);
  return lines;
}

test('RUN-2 what takes no time to read stands as it was written', async () => {
  const log = new ContainerLog();
  log.write('stdout', 'a\n', 0);
  log.write('stderr', 'b\n', 0);
  log.write('stdout', 'c\n', 0);
  expect(await texts(log)).toEqual(['a', 'b', 'c']);
});

test('RUN-2 what was written to both streams within a moment is read stream by stream, the last one first', async () => {
  const clock = virtualClock({ startMs: 0 });
  const log = new ContainerLog({ clock, readMs: 5 });
  for (const i of [1, 2]) {
    log.write('stdout', `out ${i}\n`, clock.now());
    log.write('stderr', `err ${i}\n`, clock.now());
  }
  expect(await texts(log)).toEqual([]);
  await clock.advance(5);
  expect(await texts(log)).toEqual(['err 1', 'err 2', 'out 1', 'out 2']);
  log.write('stderr', 'later\n', clock.now());
  await clock.advance(5);
  log.write('stdout', 'latest\n', clock.now());
  await clock.advance(5);
  expect((await texts(log)).slice(4)).toEqual(['later', 'latest']);
});

test('RUN-3 what a container wrote that has ended is read at once, begun lines as well', async () => {
  const clock = virtualClock({ startMs: 0 });
  const log = new ContainerLog({ clock, readMs: 5 });
  log.write('stdout', 'starting\n', clock.now());
  log.write('stderr', 'fatal', clock.now());
  log.close(clock.now());
  expect(await texts(log)).toEqual(['starting', 'fatal']);
  expect(log.tail(80, 2048)).toBe('starting\nfatal');
});

test('RUN-3 what has no newline is a piece of a line, as is what is too long for one', async () => {
  const log = new ContainerLog();
  log.write('stdout', 'x'.repeat(20_000), 0);
  log.write('stdout', '\n', 0);
  log.write('stdout', 'no newline', 0);
  log.close(0);
  const pieces: unknown[] = [];
  for await (const { text, complete } of log.read({}, () => true)) pieces.push([text.length, complete]);
  expect(pieces).toEqual([
    [16_384, false],
    [3_616, true],
    [10, false],
  ]);
});

test('RUN-3 who writes more than pipes hold is read at once', async () => {
  const clock = virtualClock({ startMs: 0 });
  const log = new ContainerLog({ clock, readMs: 5 });
  log.write('stdout', `${'x'.repeat(100)}\n`.repeat(700), clock.now());
  expect(await texts(log)).toHaveLength(700);
});

test('RUN-2 nobody waits for the end of a container that writes again and again', async () => {
  const clock = virtualClock({ startMs: 0 });
  const log = new ContainerLog({ clock, readMs: 5 });
  let written = 0;
  const write = (): void => {
    log.write('stdout', `${++written}\n`, clock.now());
    clock.setTimer(1, write, { background: true });
  };
  write();
  await clock.idle();
  expect(await texts(log)).toHaveLength(written);
  expect(written).toBeLessThan(20);
});

test('RUN-3 a program may write any number of lines at once', async () => {
  const log = new ContainerLog();
  log.write('stdout', 'x\n'.repeat(2_000_000), 0);
  log.write('stdout', 'last\n', 0);
  expect(log.tail(2, 100)).toBe('x\nlast\n');
  const lines: string[] = [];
  for await (const { text } of log.read({ tailLines: 2 }, () => true)) lines.push(text);
  expect(lines).toEqual(['x', 'last']);
});
