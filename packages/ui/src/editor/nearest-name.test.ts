import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const FIELDS = ['image', 'imagePullPolicy', 'ports', 'resources', 'command', 'args', 'livenessProbe', 'readinessProbe'];
const CASES: readonly (readonly [string, string | undefined])[] = [
  ['imag', 'image'],
  ['imagepullpolicy', 'imagePullPolicy'],
  ['prots', 'ports'],
  ['livelinessProbe', 'livenessProbe'],
  ['readynessProbe', 'readinessProbe'],
  ['resource', 'resources'],
  ['nothing', undefined],
];
for (const [wanted, want] of CASES) {
  test(`UI-6 ${wanted} is meant to be ${want ?? 'nothing that is known'}`, () =>
    expect(nearestName(wanted, FIELDS)).toBe(want));
}
