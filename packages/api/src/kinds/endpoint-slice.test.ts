import { expect, test } from 'vitest';
import { testContext, updateObject } from '../testing/index.ts';
import { endpointSlice } from './endpoint-slice.ts';

const slice = (more: object) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 's', namespace: 'default', uid: 'u', resourceVersion: '1' },
  addressType: 'IPv4',
  ...more,
});

test('KND-15 a slice that was stored without endpoints takes some, without their topology', () => {
  const old = slice({ endpoints: null, ports: null });
  for (const { cell } of endpointSlice.columns) expect(() => cell(old as never, { nowMs: 0 })).not.toThrow();
  const endpoints = [{ addresses: ['10.0.0.1'], deprecatedTopology: { a: 'b' } }];
  const updated = updateObject(endpointSlice, slice({ endpoints }), old, testContext());
  expect(updated?.endpoints).toEqual([{ addresses: ['10.0.0.1'] }]);
  endpointSlice.prepareForUpdate?.(slice({ endpoints: null }) as never, old as never, testContext());
});
