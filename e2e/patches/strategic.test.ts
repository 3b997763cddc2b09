import { wholeKinds } from '@tabernetes/api/testing';
import { describe, expect, it } from 'vitest';
import {
  comparable,
  comparableMessage,
  type PatchProbe,
  patch,
  readPatchProbes,
  refusedByPatchLayer,
} from './patch-probes.ts';

await wholeKinds();
const { live, probes } = readPatchProbes();

/** What differs from the recording, or undefined. */
function difference(probe: PatchProbe, asBytes: boolean): string | undefined {
  const own = live[probe.kind];
  if (own === undefined) return 'no live object';
  const got = patch(probe, own, asBytes);
  if (probe.code !== 200 && refusedByPatchLayer(probe)) {
    if (!('refusal' in got)) return `accepted, wanted ${probe.code} ${probe.message}`;
    const { code, message } = got.refusal;
    const same = code === probe.code && comparableMessage(message) === comparableMessage(probe.message ?? '');
    return same ? undefined : `${code} ${message}, wanted ${probe.code} ${probe.message}`;
  }
  if ('refusal' in got)
    return `${got.refusal.code} ${got.refusal.message}, wanted ${probe.code} ${probe.message ?? ''}`;
  const warning = got.warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ');
  if (warning !== (probe.warning ?? '')) return `warning ${warning}, wanted ${probe.warning}`;
  if (probe.result === undefined) return undefined;
  const same = comparable(got.object) === comparable(probe.result);
  return same ? undefined : `${comparable(got.object)}, wanted ${comparable(probe.result)}`;
}

describe.each(['json', 'merge', 'strategic'] as const)('recorded %s patches', (type) => {
  it.each([
    ['as bytes', true],
    ['in process', false],
  ])('PAT-1 are answered as Kubernetes answered them, %s', (_, asBytes) => {
    const differences = probes
      .filter((probe) => probe.type === type)
      .flatMap((probe) => {
        const why = difference(probe, asBytes);
        return why === undefined
          ? []
          : [`${probe.kind} ${probe.fieldValidation} ${JSON.stringify(probe.patch)}: ${why}`];
      });
    expect(differences).toEqual([]);
  });
});

it('PAT-1 there are as many probes as recorded', () => {
  expect(probes.length).toBe(1364);
});
