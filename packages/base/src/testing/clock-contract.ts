import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ClockControl, ClockError } from '../clock.ts';
import { nextTurn } from '../real/turns.ts';

/**
 * What every clock does, by the rules of SPEC.md. `make` returns a clock whose time is `startMs`; it may flow by itself
 * as fast as it likes.
 */
export function clockContract(name: string, make: (startMs: number) => ClockControl): void {
  describe(`clock contract: ${name}`, () => {
    const startMs = Date.UTC(2025, 0, 1);
    let clock: ClockControl;
    let log: string[];
    const at = (): number => clock.now() - startMs;
    const note = (text: string) => (): void => {
      log.push(`${text}@${at()}`);
    };

    beforeEach(() => {
      clock = make(startMs);
      log = [];
    });
    afterEach(() => clock.dispose());

    /** Sets timers in one stroke of time even if the clock flows by itself. */
    function frozen(set: () => void): void {
      clock.pause();
      const base = at();
      clock.setTimer(0, () => clock.resume());
      set();
      log.push(`base ${base}`);
    }

    const relative = (): string[] => {
      const base = Number(log.find((line) => line.startsWith('base '))?.slice(5));
      return log
        .filter((line) => !line.startsWith('base '))
        .map((line) => line.replace(/@(\d+)$/, (_, ms) => `@${Number(ms) - base}`));
    };

    test('BASE-1 now() is whole milliseconds and does not go back', async () => {
      expect(clock.now()).toBeGreaterThanOrEqual(startMs);
      let last = clock.now();
      for (let i = 0; i < 50; i++) {
        await clock.advance(1.5);
        expect(Number.isInteger(clock.now())).toBe(true);
        expect(clock.now()).toBeGreaterThanOrEqual(last + 2);
        last = clock.now();
      }
    });

    test('BASE-2 timers fire by due time, equal ones in the order in which they were set', async () => {
      frozen(() => {
        clock.setTimer(30, note('c'));
        clock.setTimer(10, note('a1'));
        clock.setTimer(20, note('b'));
        clock.setTimer(10, note('a2'));
        clock.setTimer(-5, note('past'));
      });
      await clock.advance(40);
      expect(relative()).toEqual(['past@0', 'a1@10', 'a2@10', 'b@20', 'c@30']);
    });

    test('BASE-16 the last of a moment fire after all others of it, also after those that these set', async () => {
      frozen(() => {
        clock.setTimer(10, note('last'), { last: true });
        clock.setTimer(10, () => {
          note('first')();
          clock.setTimer(0, () => {
            note('set by it')();
            void clock.sleep(0).then(note('set by that'));
          });
        });
        clock.setTimer(10, note('last, too'), { last: true });
        clock.setTimer(11, note('later'));
      });
      await clock.advance(20);
      expect(relative()).toEqual(['first@10', 'set by it@10', 'set by that@10', 'last@10', 'last, too@10', 'later@11']);
    });

    test('BASE-3 promises settle between two timers, at the time of the first', async () => {
      frozen(() => {
        clock.setTimer(10, () => {
          void (async () => {
            for (let i = 0; i < 100; i++) await undefined;
            note('settled')();
          })();
          note('first')();
        });
        clock.setTimer(10, note('second'));
        clock.setTimer(11, note('third'));
      });
      await clock.advance(20);
      expect(relative()).toEqual(['first@10', 'settled@10', 'second@10', 'third@11']);
    });

    test('BASE-3 what promises set on their way is seen before time moves', async () => {
      void (async () => {
        await undefined;
        await clock.sleep(10);
        await clock.sleep(10);
        log.push('slept twice');
      })();
      await clock.advance(1000);
      expect(log).toEqual(['slept twice']);
    });

    test('BASE-4 a disposed timer does not fire; disposing twice or late is harmless', async () => {
      const timers = Array.from({ length: 100 }, (_, i) => clock.setTimer(i % 10, () => log.push(`${i}`)));
      timers.forEach((timer, i) => {
        if (i !== 42) timer.dispose();
        if (i !== 42) timer.dispose();
      });
      await clock.advance(1000);
      timers[42]?.dispose();
      expect(log).toEqual(['42']);
    });

    test('BASE-5 sleep rejects with the reason of its signal, before or during', async () => {
      const controller = new AbortController();
      const slept = clock.sleep(1_000_000_000, controller.signal);
      controller.abort(new Error('enough'));
      await expect(slept).rejects.toThrow('enough');
      await expect(clock.sleep(1, controller.signal)).rejects.toThrow('enough');
      await clock.idle(); // nothing is left behind
    });

    test('BASE-6 advance takes a duration text and moves time by at least that much', async () => {
      const before = clock.now();
      await clock.advance('1h30m');
      expect(clock.now() - before).toBeGreaterThanOrEqual(5_400_000);
      await expect(clock.advance('soon')).rejects.toThrow('time: invalid duration "soon"');
      await expect(clock.advance(-1)).rejects.toThrow(RangeError);
      await expect(clock.advance(Number.NaN)).rejects.toThrow(RangeError);
      expect(() => clock.setTimer(Number.POSITIVE_INFINITY, () => undefined)).toThrow(RangeError);
    });

    test('BASE-7 advances are served one after another', async () => {
      clock.setTimer(1_000_000, () => log.push('first'));
      clock.setTimer(2_000_000, () => log.push('second'));
      const both = [
        clock.advance(1_000_000).then(() => log.push('one done')),
        clock.advance(1_000_000).then(() => log.push('two done')),
      ];
      await Promise.all(both);
      expect(log).toEqual(['first', 'one done', 'second', 'two done']);
    });

    test('BASE-8 step fires one timer, whatever its time; false when there is none', async () => {
      clock.setTimer(720_000_000, note('far'), { background: true });
      clock.setTimer(360_000_000, note('near'));
      expect(await clock.step()).toBe(true);
      expect(log).toHaveLength(1);
      expect(at()).toBeGreaterThanOrEqual(360_000_000);
      expect(await clock.step()).toBe(true);
      expect(at()).toBeGreaterThanOrEqual(720_000_000);
      expect(await clock.step()).toBe(false);
    });

    test('BASE-9 idle waits for all but background timers', async () => {
      let beats = 0;
      const beat = (): void => {
        beats++;
        clock.setTimer(100, beat, { background: true });
      };
      beat();
      clock.setTimer(50, () => clock.setTimer(450, note('chained')));
      await clock.idle();
      expect(log).toHaveLength(1);
      expect(beats).toBeGreaterThanOrEqual(5);
      await clock.idle(); // at once
    });

    test('BASE-9 idle sees the last timer cancelled', async () => {
      const timer = clock.setTimer(1_000_000_000, note('never'));
      clock.setTimer(10, () => timer.dispose());
      await clock.idle();
      expect(log).toEqual([]);
    });

    test('BASE-10 idle fails past its cap instead of hanging, and the clock lives on', async () => {
      let going = true;
      const again = (): void => {
        if (going) clock.setTimer(1, again);
      };
      again();
      const error = await clock.idle({ maxTimers: 100 }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ClockError);
      expect(error).toMatchObject({ code: 'tooManyTimers' });
      going = false;
      await clock.idle();
    });

    test('BASE-11 what a callback throws comes out of advance, step and idle; later timers stay', async () => {
      clock.pause();
      const boom = (text: string) => () => {
        throw new Error(text);
      };
      clock.setTimer(10, boom('from advance'));
      clock.setTimer(20, note('kept'));
      await expect(clock.advance(1000)).rejects.toThrow('from advance');
      expect(at()).toBeLessThan(1000);
      await clock.advance(1000);
      expect(log).toHaveLength(1);
      clock.setTimer(10, boom('from step'));
      await expect(clock.step()).rejects.toThrow('from step');
      clock.setTimer(10, boom('from idle'));
      const idle = clock.idle();
      clock.resume();
      await expect(idle).rejects.toThrow('from idle');
    });

    test('BASE-12 time stands still while a hold is open', async () => {
      let settle: (text: string) => void = () => undefined;
      clock.setTimer(0, note('due'));
      const held = clock.hold(new Promise<string>((resolve) => (settle = resolve)));
      const before = clock.now();
      const advanced = clock.advance(10_000);
      for (let i = 0; i < 20; i++) await nextTurn();
      expect(log).toEqual([]);
      expect(clock.now()).toBe(before);
      settle('result');
      expect(await held).toBe('result');
      expect(clock.now()).toBe(before);
      expect(log).toEqual([]);
      await advanced;
      expect(log).toHaveLength(1);
    });

    test('BASE-12 idle waits for holds', async () => {
      let settle: () => void = () => undefined;
      let idle = false;
      const held = clock.hold(new Promise<void>((resolve) => (settle = resolve)));
      const done = clock.idle().then(() => (idle = true));
      for (let i = 0; i < 20; i++) await nextTurn();
      expect(idle).toBe(false);
      settle();
      await held;
      await done;
    });

    test('BASE-13 holds settle in the order in which they began, each with a turn to itself', async () => {
      const settlers: (() => void)[] = [];
      const begin = (text: string, fail = false) => {
        const promise = new Promise<void>((resolve, reject) =>
          settlers.push(fail ? () => reject(new Error(text)) : resolve),
        );
        void (async () => {
          await clock.hold(promise).catch((error: unknown) => log.push(String(error)));
          for (let i = 0; i < 10; i++) await undefined;
          log.push(text);
        })();
      };
      begin('one');
      begin('two', true);
      begin('three');
      for (const settle of settlers.reverse()) {
        settle();
        await nextTurn();
      }
      await clock.idle();
      expect(log).toEqual(['one', 'Error: two', 'two', 'three']);
    });

    test('BASE-14 disposing ends all timers and refuses to move time', async () => {
      clock.setTimer(1, note('never'));
      const advance = clock.advance(1_000_000);
      clock.dispose();
      await expect(advance).rejects.toMatchObject({ code: 'disposed' });
      await expect(clock.step()).rejects.toMatchObject({ code: 'disposed' });
      await expect(clock.idle()).rejects.toMatchObject({ code: 'disposed' });
      clock.setTimer(0, note('never')).dispose();
      expect(await clock.hold(Promise.resolve('passes'))).toBe('passes');
      await nextTurn();
      expect(log).toEqual([]);
    });

    test('BASE-15 random timers, cancellations and chains fire as in a sorted list', async () => {
      clock.pause();
      let state = 12345; // fixed seed
      const random = (n: number): number => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return (state >>> 8) % n;
      };
      const expected: { due: number; order: number; id: number }[] = [];
      const fired: number[] = [];
      let order = 0;
      const timers = new Map<number, { dispose(): void }>();
      const base = clock.now();
      for (let id = 0; id < 2000; id++) {
        const delay = random(500);
        expected.push({ due: delay, order: order++, id });
        timers.set(
          id,
          clock.setTimer(delay, () => {
            expect(clock.now()).toBe(base + delay);
            fired.push(id);
          }),
        );
      }
      for (let i = 0; i < 700; i++) {
        const id = random(2000);
        timers.get(id)?.dispose();
        const index = expected.findIndex((entry) => entry.id === id);
        if (index >= 0) expected.splice(index, 1);
      }
      await clock.advance(500);
      expected.sort((a, b) => a.due - b.due || a.order - b.order);
      expect(fired).toEqual(expected.map((entry) => entry.id));
    });
  });
}
