import { virtualClock } from '@tabernetes/base';
import { describe, expect, test } from 'vitest';
import { buildImage } from '../images/build-image.ts';
import type { ImageReference } from '../images/image-spec.ts';
import { ImageStore } from './image-store.ts';
import { LATENCIES, type LatencyName } from './latency.ts';

const MB = 1_000_000;

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
      const source = { find: (reference: ImageReference) => buildImage(reference, { sizeBytes }, { programs: {} }) };
      const pulled = new ImageStore({ clock, source }, LATENCIES[latency]).pull('nginx');
      await clock.idle();
      expect([(await pulled).sizeBytes, clock.now()]).toEqual([sizeBytes, tookMs]);
    });
  }
});
