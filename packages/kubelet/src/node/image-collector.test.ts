import { virtualClock } from '@tabernetes/base';
import type { Image } from '@tabernetes/node-api';
import { expect, test } from 'vitest';
import { createImageCollector } from './image-collector.ts';

const MiB = 2 ** 20;
const image = (name: string): Image => ({
  id: `sha256:${name}`,
  repoTags: [`docker.io/library/${name}:1`],
  repoDigests: [`docker.io/library/${name}@sha256:d${name}`],
  sizeBytes: 10 * MiB,
  simulated: false,
});

function disk(...names: string[]) {
  const clock = virtualClock({ startMs: 0 });
  const images = new Map(names.map((name) => [`sha256:${name}`, image(name)]));
  const used = new Set<string>();
  const warnings: string[] = [];
  const collector = createImageCollector({
    clock,
    runtime: { images: () => [...images.values()], removeImage: (id) => void images.delete(id) },
    inUse: () => used,
    warn: (reason, message) => warnings.push(`${reason}: ${message}`),
  });
  return {
    clock,
    used,
    warnings,
    collector,
    pull: (name: string) => void images.set(`sha256:${name}`, image(name)),
    collect: () => collector.collect(collector.bytes(), 50 * MiB),
    left: () => [...images.values()].map(({ id }) => id.slice(7)),
  };
}

test('KUB-25 a disk that is not full keeps its images', () => {
  const { collect, left } = disk('a', 'b', 'c', 'd');
  collect();
  expect(left()).toEqual(['a', 'b', 'c', 'd']);
});

test('KUB-25 images go that were not used for the longest time, down to 80 %', async () => {
  const { clock, collect, left, used } = disk('a', 'b', 'c', 'd', 'e');
  used.add('sha256:a').add('docker.io/library/b@sha256:db').add('sha256:c').add('sha256:d').add('sha256:e');
  collect();
  await clock.advance(300_000);
  used.delete('docker.io/library/b@sha256:db');
  used.delete('sha256:d');
  collect();
  expect(left()).toEqual(['a', 'c', 'd', 'e']);
});

test('KUB-25 what was just pulled stays; what cannot be freed is told', async () => {
  const { clock, collect, left, pull, used, warnings } = disk('a', 'b', 'c', 'd');
  for (const name of ['a', 'b', 'c', 'd']) used.add(`sha256:${name}`);
  pull('e');
  collect();
  collect();
  expect(left()).toEqual(['a', 'b', 'c', 'd', 'e']);
  const message =
    'Failed to garbage collect required amount of images. Attempted to free 10485760 bytes, but only found 0 bytes eligible to free.';
  expect(warnings).toEqual([
    `FreeDiskSpaceFailed: ${message}`,
    `FreeDiskSpaceFailed: ${message}`,
    `ImageGCFailed: ${message}`,
  ]);
  await clock.advance(300_000);
  collect();
  expect(left()).toEqual(['a', 'b', 'c', 'd']);
});

test('KUB-25 a disk that is short loses all images that nobody uses', async () => {
  const { clock, collector, left, used } = disk('a', 'b', 'c');
  used.add('sha256:b');
  await clock.advance(1_000);
  collector.removeUnused();
  expect(left()).toEqual(['b']);
});
