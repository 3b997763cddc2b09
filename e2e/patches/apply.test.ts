import { wholeKinds } from '@tabernetes/api/testing';
import { describe, expect, it } from 'vitest';
import { playSequence, readApplySequences } from './apply-sequences.ts';

await wholeKinds();
const sequences = readApplySequences();

describe('recorded sequences of server-side applies', () => {
  it.each(['deployment', 'service', 'configmap'])('SSA-1 end as on Kubernetes, step by step: %s', (kind) => {
    const differences = sequences.flatMap((sequence, i) =>
      sequence.kind === kind ? playSequence(sequence).map((text) => `${i} ${text}`) : [],
    );
    expect(differences).toEqual([]);
  });
});
