import { seededRng, virtualClock } from '@tabernetes/base';
import { expect, test } from 'vitest';
import { simulatedNetwork } from '../network.ts';

function setUp() {
  const clock = virtualClock({ startMs: 0 });
  const network = simulatedNetwork({ clock, rng: seededRng(1) });
  const [near, far] = [1, 2].map((n) =>
    network.addNode({ name: `node-${n}`, ip: `172.18.0.${n + 1}`, podCIDR: `10.244.${n}.0/24` }),
  );
  if (near === undefined || far === undefined) throw new Error('no nodes');
  return { clock, network, near, far };
}

test('NET-40 what is on its way over a cut waits, in order, and arrives when there is a way again', async () => {
  const { clock, network, near, far } = setUp();
  let got = '';
  far.listen(80, async (connection) => {
    for (;;) {
      const bytes = await connection.read();
      if (bytes === undefined) return;
      got += new TextDecoder().decode(bytes);
    }
  });
  const connection = await near.connect('172.18.0.3', 80);
  await connection.write('a');
  await clock.advance(0);
  network.cut('node-2', true);
  await connection.write('b');
  await connection.write('c');
  await clock.advance('1m');
  expect(got).toBe('a');
  network.cut('node-2', false);
  await clock.advance(0);
  expect(got).toBe('abc');
  connection.end();
  await clock.advance('1m');
  network.dispose();
});

test('NET-41 segments that are late or lost do not overtake each other', async () => {
  const { clock, network, near, far } = setUp();
  let got = '';
  far.listen(80, async (connection) => {
    for (;;) {
      const bytes = await connection.read();
      if (bytes === undefined) return;
      got += new TextDecoder().decode(bytes);
    }
  });
  const connection = await near.connect('172.18.0.3', 80);
  network.setWeather({ delayMs: 100, lossShare: 0.4 });
  for (const letter of 'abcdefghij') void connection.write(letter);
  await clock.advance(99);
  expect(got).toBe('');
  await clock.advance('1m');
  expect(got).toBe('abcdefghij');
  connection.end();
  await clock.advance('1m');
  network.dispose();
});
