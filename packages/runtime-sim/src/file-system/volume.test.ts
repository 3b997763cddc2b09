import { expect, test } from 'vitest';
import { VolumeMount } from '../runtime/mount-points.ts';
import { topOf } from './mounts.ts';
import { SimVolume } from './volume.ts';

test('FSV-3 a volume is filled when somebody looks, as of when it was made', () => {
  let nowMs = 1000;
  let fills = 0;
  const fill: NonNullable<ConstructorParameters<typeof SimVolume>[1]>['fill'] = (fs) => {
    fills++;
    fs.writeFile('/a', 'first');
  };
  const volume = new SimVolume(() => nowMs, { fill });
  nowMs = 2000;
  expect([fills, volume.tree.isUntouched]).toEqual([0, true]);
  expect(volume.fs.readText('/a')).toBe('first');
  expect([volume.fs.stat('/a').modifiedMs, volume.fs.stat('/').modifiedMs, volume.usedBytes, fills]).toEqual([
    1000, 1000, 5, 1,
  ]);
  volume.fs.writeFile('/a', 'second');
  expect([volume.fs.stat('/a').modifiedMs, volume.fs.readText('/a')]).toEqual([2000, 'second']);
});

test('FSV-4 one file of a volume that is mounted stays the one that was there, though nobody has looked until another takes its place', () => {
  const volume = new SimVolume(() => 0, { fill: (fs) => fs.writeFile('/a', 'first') });
  const mount = new VolumeMount({ containerPath: '/a', volume, subPath: 'a', readOnly: true });
  volume.fs.writeFile('/b', 'second');
  volume.fs.rename('/b', '/a');
  expect(volume.fs.readText('/a')).toBe('second');
  const node = topOf(mount);
  expect(node.type === 'file' && node.content.text()).toBe('first');
});
