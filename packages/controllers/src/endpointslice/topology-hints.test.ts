import type { Node } from '@tabernetes/api/types/core-v1';
import type { Endpoint, EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import { describe, expect, test } from 'vitest';
import { isOverloaded, withZoneHints, type ZoneShares, zoneShares } from './topology-hints.ts';

const node = (zone: string | undefined, cpu = '4', labels: Record<string, string> = {}, ready = 'True'): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n', labels: { ...labels, ...(zone && { 'topology.kubernetes.io/zone': zone }) } },
  status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: ready }] },
});
const endpoint = (zone: string | undefined, hint?: string, ready = true): Endpoint => ({
  addresses: ['10.0.0.1'],
  conditions: { ready },
  ...(zone && { zone }),
  ...(hint && { hints: { forZones: [{ name: hint }] } }),
});
const slice = (name: string, ...endpoints: readonly Endpoint[]): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name },
  addressType: 'IPv4',
  endpoints,
});
const none = { create: [], update: [], remove: [] };
const even: ZoneShares = new Map([
  ['a', 0.5],
  ['b', 0.5],
]);
const hints = (slices: readonly EndpointSlice[]) =>
  slices.map((s) => (s.endpoints ?? []).map(({ hints: h }) => h?.forZones?.map((z) => z.name).join() ?? '-').join(' '));

describe('shares of zones', () => {
  const cases = [
    { name: 'by CPU', nodes: [node('a', '3'), node('b', '500m'), node('b', '500m')], want: { a: 0.75, b: 0.25 } },
    {
      name: 'without the control plane and nodes that are not ready',
      want: { a: 0.5, b: 0.5 },
      nodes: [
        node('a'),
        node('b'),
        node('c', '4', { 'node-role.kubernetes.io/control-plane': '' }),
        node('', '4', {}, 'False'),
      ],
    },
    { name: 'none with one zone', nodes: [node('a'), node('a')], want: undefined },
    { name: 'none where a node has no zone', nodes: [node('a'), node('b'), node(undefined)], want: undefined },
    { name: 'none where a node has no CPU', nodes: [node('a'), node('b', '0')], want: undefined },
  ];
  for (const { name, nodes, want } of cases) {
    test(`EPS-10 ${name}`, () => {
      const shares = zoneShares(nodes);
      expect(shares && Object.fromEntries(shares)).toEqual(want);
    });
  }
});

describe('hints for zones', () => {
  test('EPS-10 every endpoint that is ready is for its own zone where the shares allow it', () => {
    const made = slice('', endpoint('a'), endpoint('b'), endpoint('a', undefined, false));
    const outcome = withZoneHints({ ...none, create: [made] }, [], even);
    expect(hints(outcome.plan.create)).toEqual(['a b -']);
    expect('counts' in outcome && Object.fromEntries(outcome.counts)).toEqual({ a: 1, b: 1 });
  });
  test('EPS-10 zones that have too many give to those that miss some', () => {
    const made = slice('', endpoint('a'), endpoint('a'), endpoint('a'), endpoint('b'));
    const outcome = withZoneHints({ ...none, create: [made] }, [], even);
    expect(hints(outcome.plan.create)).toEqual(['b a a b']);
    expect('counts' in outcome && Object.fromEntries(outcome.counts)).toEqual({ a: 2, b: 2 });
  });
  test('EPS-10 slices whose hints are right stay as they are, others are written', () => {
    const [good, bare] = [
      slice('good', endpoint('a', 'a'), endpoint('b', 'b')),
      slice('bare', endpoint('a'), endpoint('b')),
    ];
    const outcome = withZoneHints(none, [good, bare], even);
    expect(outcome.plan.update.map((s) => s.metadata.name)).toEqual(['bare']);
    expect(hints(outcome.plan.update)).toEqual(['a b']);
  });
  const refusals = [
    {
      name: 'without shares',
      shares: undefined,
      zone: 'a',
      why: 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes',
    },
    {
      name: 'with fewer endpoints than zones',
      shares: new Map([...even, ['c', 0]]),
      zone: 'a',
      why: 'Insufficient number of endpoints (2 endpoints, 3 zones)',
    },
    {
      name: 'where the smallest numbers are too many',
      shares: new Map([
        ['a', 0.9],
        ['b', 0.1],
      ]),
      zone: 'a',
      why: 'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (2 endpoints, 2 zones)',
    },
    {
      name: 'for an endpoint without a zone',
      shares: even,
      zone: undefined,
      why: 'One or more endpoints do not have a zone specified',
    },
  ];
  for (const { name, shares, zone, why } of refusals) {
    test(`EPS-10 none ${name}; those that are there go`, () => {
      const old = slice('old', endpoint('b', 'b'));
      const outcome = withZoneHints({ ...none, create: [slice('', endpoint(zone))] }, [old], shares);
      expect('refusal' in outcome && outcome.refusal).toBe(why);
      expect([hints(outcome.plan.create), hints(outcome.plan.update)]).toEqual([['-'], ['-']]);
    });
  }
  test('EPS-10 a zone is overloaded when it has fewer endpoints than five sixths of its share', () => {
    const counts = new Map([
      ['a', 3],
      ['b', 1],
    ]);
    expect([isOverloaded(counts, even), isOverloaded(counts, undefined), isOverloaded(new Map(), even)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(
      isOverloaded(
        new Map([
          ['a', 3],
          ['b', 3],
        ]),
        even,
      ),
    ).toBe(false);
  });
});
