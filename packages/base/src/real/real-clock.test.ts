import { describe, expect, test } from 'vitest';
import { clockContract } from '../testing/index.ts';
import type { Host } from './host.ts';
import { type RealClockOptions, realClock } from './real-clock.ts';
import { messageTurns, nextTurn } from './turns.ts';

clockContract('real pace, flowing 1000 times as fast', (startMs) => realClock({ startMs, speed: 1000 }));
clockContract('real pace, paused', (startMs) => {
  const clock = realClock({ startMs, speed: 1000 });
  clock.pause();
  const idle = clock.idle;
  // A paused clock would wait for ever.
  return new Proxy(clock, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (property === 'idle') {
        return (options?: { maxTimers?: number }) => {
          target.resume();
          return idle.call(target, options);
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
});

/** A machine whose time the test moves; `pass` lets the alarms that are due ring, late if it is told to. */
function scriptedHost() {
  let elapsedMs = 1000;
  let alarms: { dueMs: number; callback: () => void }[] = [];
  const host: Host = {
    elapsedMs: () => elapsedMs,
    epochMs: () => 1_000_000 + elapsedMs,
    alarm(delayMs, callback) {
      const alarm = { dueMs: elapsedMs + Math.ceil(delayMs), callback };
      alarms.push(alarm);
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
  };
  return {
    host,
    get alarms() {
      return alarms.length;
    },
    async pass(ms: number) {
      elapsedMs += ms;
      const due = alarms.filter((alarm) => alarm.dueMs <= elapsedMs);
      alarms = alarms.filter((alarm) => alarm.dueMs > elapsedMs);
      for (const alarm of due) alarm.callback();
      for (let i = 0; i < 30; i++) await nextTurn();
    },
  };
}

function scripted(options: RealClockOptions = {}) {
  const machine = scriptedHost();
  const clock = realClock({ startMs: 0, ...options }, machine.host);
  const log: string[] = [];
  const note = (text: string) => (): void => {
    log.push(`${text}@${clock.now()}`);
  };
  return { ...machine, machine, clock, log, note };
}

describe('real-pace clock', () => {
  test('BASE-30 time is start plus real time times speed, across changes of speed and pauses', async () => {
    const { clock, pass } = scripted();
    await pass(100);
    expect(clock.now()).toBe(100);
    clock.speed = 10;
    await pass(100);
    expect([clock.now(), clock.speed]).toEqual([1100, 10]);
    clock.pause();
    await pass(1000);
    expect([clock.now(), clock.paused]).toEqual([1100, true]);
    clock.speed = 0.5;
    clock.resume();
    await pass(100);
    expect([clock.now(), clock.paused]).toEqual([1150, false]);
    expect(() => {
      clock.speed = 0;
    }).toThrow(RangeError);
    expect(realClock({}, scriptedHost().host).now()).toBe(1_001_000); // starts at the host's time
  });

  test('BASE-30 a change of speed moves the alarms of pending timers', async () => {
    const { clock, pass, log, note } = scripted();
    clock.setTimer(10_000, note('fired'));
    await pass(1000);
    clock.speed = 1000;
    await pass(8);
    expect(log).toEqual([]);
    await pass(1);
    expect(log).toEqual(['fired@10000']);
  });

  test('BASE-31 overdue timers fire in order, each at its own time; now() never runs ahead of one', async () => {
    const { clock, machine, pass, log, note } = scripted();
    clock.setTimer(30, note('c'));
    clock.setTimer(10, () => {
      note('a')();
      clock.setTimer(5, note('chained'));
      void clock.sleep(25).then(note('slept'));
    });
    clock.setTimer(20, note('b'));
    const late = pass(50);
    expect(clock.now()).toBe(10); // 50 ms have gone by, but nobody has seen the timer of 10 yet
    await late;
    expect(log).toEqual(['a@10', 'chained@15', 'b@20', 'c@30', 'slept@35']);
    expect(clock.now()).toBe(50);
    expect(machine.alarms).toBe(0);
  });

  test('BASE-32 time that is too far behind is dropped', async () => {
    const { clock, pass, log, note } = scripted({ maxLagMs: 1000, speed: 2 });
    clock.setTimer(10, note('a'));
    clock.setTimer(20, note('b'));
    await pass(3_600_000);
    expect(log).toEqual(['a@10']);
    await pass(5);
    expect(log).toEqual(['a@10', 'b@20']);
  });

  test('BASE-33 a paused clock can be stepped and advanced, and goes on from there', async () => {
    const { clock, pass, log, note } = scripted();
    clock.setTimer(10, note('a'));
    clock.setTimer(50, note('b'));
    clock.setTimer(110, note('c'));
    clock.pause();
    await pass(100);
    expect(log).toEqual([]);
    await clock.step();
    expect([log, clock.now()]).toEqual([['a@10'], 10]);
    await clock.advance(90);
    expect([log, clock.now(), clock.paused]).toEqual([['a@10', 'b@50'], 100, true]);
    clock.resume();
    await pass(9);
    expect(log).toHaveLength(2);
    await pass(1);
    expect(log).toEqual(['a@10', 'b@50', 'c@110']);
  });

  test('BASE-33 an advance while time flows goes on from its end', async () => {
    const { clock, pass, log, note } = scripted();
    clock.setTimer(1000, note('a'));
    clock.setTimer(1010, note('b'));
    await pass(5);
    await clock.advance(1000);
    expect([log, clock.now()]).toEqual([['a@1000'], 1005]);
    await pass(5);
    expect([log, clock.now()]).toEqual([['a@1000', 'b@1010'], 1010]);
  });

  test('BASE-12 a hold stops the flow, and time goes on where it stood', async () => {
    const { clock, pass, log, note } = scripted();
    clock.setTimer(20, note('fired'));
    await pass(10);
    let settle: () => void = () => undefined;
    const held = clock.hold(new Promise<void>((resolve) => (settle = resolve)));
    await pass(1000);
    settle();
    await held;
    expect([clock.now(), log]).toEqual([10, []]);
    await pass(10);
    expect(log).toEqual(['fired@20']);
  });

  test('BASE-38 a clock that keeps up catches up what passed while it was held, but not what it was paused for', async () => {
    const { clock, pass, log, note } = scripted({ keepsUp: true });
    clock.setTimer(20, note('fired'));
    clock.setTimer(1200, note('later'));
    await pass(10);
    let settle: () => void = () => undefined;
    const held = clock.hold(new Promise<void>((resolve) => (settle = resolve)));
    await pass(1000);
    expect([clock.now(), log]).toEqual([10, []]);
    settle();
    await held;
    expect([clock.now(), log]).toEqual([10, []]); // promises of the hold settle at its moment
    await pass(90);
    expect([clock.now(), log]).toEqual([1100, ['fired@20']]);
    const again = clock.hold(new Promise<void>((resolve) => (settle = resolve)));
    await pass(10);
    clock.pause();
    await pass(5000);
    settle();
    await again;
    await pass(5000);
    expect(clock.now()).toBe(1100);
    clock.resume();
    await pass(90);
    expect([clock.now(), log]).toEqual([1200, ['fired@20', 'later@1200']]);
  });

  test('BASE-34 idle waits at the pace of the clock', async () => {
    const { clock, pass, log, note } = scripted();
    clock.setTimer(100, () => clock.setTimer(100, note('last')));
    clock.setTimer(1_000_000, note('never'), { background: true });
    const idle = clock.idle().then(note('idle'));
    await pass(100);
    await pass(99);
    expect(log).toEqual([]);
    await pass(1);
    await idle;
    expect(log).toEqual(['last@200', 'idle@200']);
  });

  test('BASE-35 errors at real pace go to onError, to idle when it waits, and else are thrown uncaught', async () => {
    const errors: unknown[] = [];
    const boom = () => {
      throw new Error('boom');
    };
    const told = scripted({ onError: (error) => errors.push(error) });
    told.clock.setTimer(10, boom);
    told.clock.setTimer(10, told.note('goes on'));
    await told.pass(10);
    expect([errors, told.log]).toEqual([[new Error('boom')], ['goes on@10']]);

    const waiting = scripted();
    waiting.clock.setTimer(10, boom);
    const idle = expect(waiting.clock.idle()).rejects.toThrow('boom');
    await waiting.pass(10);
    await idle;

    const alone = scripted();
    alone.clock.setTimer(10, boom);
    await alone.pass(10);
    await expect(alone.pass(0)).rejects.toThrow('boom');
  });

  test('BASE-36 on the system: fires about when it is due, not before', async () => {
    const clock = realClock({ speed: 20 });
    const from = performance.now();
    await clock.sleep(400);
    expect(performance.now() - from).toBeGreaterThanOrEqual(19);
    clock.setTimer(60_000, () => undefined);
    clock.dispose();
  });

  test('BASE-37 turns by messages, as in browsers, let all promises settle', async () => {
    const turns = messageTurns();
    const log: string[] = [];
    await new Promise<void>((resolve) => {
      turns.post(() => {
        void (async () => {
          for (let i = 0; i < 50; i++) await undefined;
          log.push('settled');
        })();
      });
      turns.post(() => {
        log.push('second');
        resolve();
      });
    });
    turns.dispose();
    expect(log).toEqual(['settled', 'second']);
  });
});
