import { virtualClock } from '@tabernetes/base';
import { describe, expect, test } from 'vitest';
import { buildImage } from '../images/build-image.ts';
import type { ImageReference } from '../images/image-spec.ts';
import { ImageStore } from './image-store.ts';
import { LATENCIES, type LatencyName, NO_LATENCY } from './latency.ts';

const MB = 1_000_000;
const sourceOf = (sizeBytes: number) => ({
  find: (reference: ImageReference) => buildImage(reference, { sizeBytes }, { programs: {} }),
});

/** Each image takes five seconds. */
function slowStore() {
  const clock = virtualClock({ startMs: 0 });
  const images = new ImageStore({ clock, source: sourceOf(MB) }, { ...NO_LATENCY, pullMs: () => 5_000 });
  const pull = async (signal?: AbortSignal): Promise<string> => {
    try {
      const image = await images.pull('nginx:1.27', signal && { signal });
      return `${image.repoTags} at ${clock.now()}`;
    } catch (error) {
      return `${error} at ${clock.now()}`;
    }
  };
  return { clock, images, pull };
}

const source = (sizeBytes = MB) => ({
  find: (reference: ImageReference) => buildImage(reference, { sizeBytes }, { programs: {} }),
});

describe('a pull', () => {
  const cases: readonly { latency: LatencyName; sizeBytes: number; tookMs: number }[] = [
    { latency: 'none', sizeBytes: 900 * MB, tookMs: 0 },
    { latency: 'short', sizeBytes: 70 * MB, tookMs: 90 },
    { latency: 'short', sizeBytes: 900 * MB, tookMs: 400 },
    { latency: 'real', sizeBytes: 70 * MB, tookMs: 720 },
  ];
  for (const { latency, sizeBytes, tookMs } of cases) {
    test(`RUN-4 of ${sizeBytes / MB} MB takes ${tookMs} ms with latency ${latency}`, async () => {
      const clock = virtualClock({ startMs: 0 });
      const pulled = new ImageStore({ clock, source: sourceOf(sizeBytes) }, LATENCIES[latency]).pull('nginx');
      await clock.idle();
      expect([(await pulled).sizeBytes, clock.now()]).toEqual([sizeBytes, tookMs]);
    });
  }

  test('RUN-6 that nobody waits for any more is broken off', async () => {
    const { clock, images, pull } = slowStore();
    const stop = new AbortController();
    const first = pull(stop.signal);
    await clock.advance(1_000);
    stop.abort(new Error('enough'));
    const second = pull();
    expect(await first).toBe('Error: enough at 1000');
    await clock.idle();
    expect(await second).toBe('docker.io/library/nginx:1.27 at 6000');
    expect(images.list()).toHaveLength(1);
  });

  test('RUN-6 goes on for who still waits', async () => {
    const { clock, pull } = slowStore();
    const stop = new AbortController();
    const [first, second] = [pull(stop.signal), pull()];
    await clock.advance(1_000);
    stop.abort(new Error('enough'));
    await clock.idle();
    expect(await Promise.all([first, second])).toEqual([
      'Error: enough at 1000',
      'docker.io/library/nginx:1.27 at 5000',
    ]);
  });

  test('RUN-6 that was broken off before it began takes nothing', async () => {
    const { clock, images, pull } = slowStore();
    expect(await pull(AbortSignal.abort(new Error('never')))).toBe('Error: never at 0');
    await clock.idle();
    expect(images.list()).toEqual([]);
  });
});

test('RUN-4 what a node has is not fetched again', async () => {
  const clock = virtualClock({ startMs: 0 });
  const images = new ImageStore({ clock, source: source() }, LATENCIES.real);
  await images.preload('nginx');
  const again = images.pull('nginx');
  await clock.idle();
  expect((await again).repoTags).toEqual(['docker.io/library/nginx:latest']);
  expect(clock.now()).toBe(20);
});

describe('an image', () => {
  const clock = virtualClock({ startMs: 0 });
  const images = new ImageStore({ clock, source: source() }, LATENCIES.none);
  test('RUN-7 is found by its tag, its digest, both, and its identifier', async () => {
    const { id, repoDigests } = await images.pull('nginx:1.27');
    const digest = repoDigests[0]?.split('@')[1];
    const names = [
      'nginx:1.27',
      'docker.io/nginx:1.27',
      `nginx@${digest}`,
      `nginx:1.27@${digest}`,
      `nginx:1@${digest}`,
      id,
    ];
    expect(names.map((name) => images.find(name)?.image.id)).toEqual(names.map(() => id));
    expect([`other@${digest}`, 'nginx:1.26'].map((name) => images.find(name))).toEqual([undefined, undefined]);
  });

  test('RUN-7 that was pulled by a digest has no tag', async () => {
    const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
    const pulled = await images.pull(`redis:7@${digest}`);
    expect([pulled.repoTags, pulled.repoDigests]).toEqual([[], [`docker.io/library/redis@${digest}`]]);
  });
});
