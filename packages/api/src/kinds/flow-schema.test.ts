import { expect, test } from 'vitest';
import type { FlowSchema } from '../generated/flowcontrol-v1.ts';
import { flowSchema } from './flow-schema.ts';

test('KND-10 FlowSchemas are listed in the order in which requests are matched', () => {
  const named = (name: string, matchingPrecedence: number): FlowSchema => ({
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata: { name },
    spec: { matchingPrecedence, priorityLevelConfiguration: { name: 'p' } },
  });
  const list = [named('a', 500), named('c', 2), named('b', 2)];
  expect(list.toSorted(flowSchema.compareRows).map(({ metadata }) => metadata.name)).toEqual(['b', 'c', 'a']);
});
