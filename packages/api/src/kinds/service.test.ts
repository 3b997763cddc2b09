import { StatusError } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { Service, ServiceSpec } from '../generated/core-v1.ts';
import type { RequestContext } from '../kind.ts';
import { createObject, memoryAllocator, testContext, updateObject } from '../testing/index.ts';
import { service as kind } from './service.ts';

/** A cluster's ranges, and requests to it. */
function cluster() {
  const clusterIPs = memoryAllocator<string>('10.96.0.0/12', (ip) => ip.startsWith('10.96.'), [
    '10.96.0.10',
    '10.96.0.11',
    '10.96.0.12',
  ]);
  const nodePorts = memoryAllocator<number>(
    '30000-32767',
    (port) => port >= 30_000 && port <= 32_767,
    [30_001, 30_002, 30_003, 30_004],
  );
  const context = (changes: Partial<RequestContext> = {}): RequestContext =>
    testContext({ allocators: { clusterIPs, nodePorts }, ...changes });
  return {
    taken: () => [...clusterIPs.taken, ...nodePorts.taken],
    context,
    create: (spec: Partial<ServiceSpec>, changes: Partial<RequestContext> = {}): Service =>
      some(createObject(kind, raw(spec), context(changes))),
    update: (old: Service, spec: Partial<ServiceSpec>): Service => some(updateObject(kind, raw(spec), old, context())),
  };
}

const raw = (spec: Partial<ServiceSpec>): unknown => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', resourceVersion: '1' },
  spec: { ports: [{ port: 80 }], ...spec },
});

function some<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('did not decode');
  return value;
}

const nodePorts = ({ spec }: Service): unknown => spec?.ports?.map(({ nodePort }) => nodePort);

describe('Service', () => {
  test('KND-3 a new one gets a free address, or the one it asks for', () => {
    const { create, taken } = cluster();
    expect(create({}).spec).toMatchObject({
      clusterIP: '10.96.0.10',
      clusterIPs: ['10.96.0.10'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    expect(create({ clusterIP: '10.96.7.7' }).spec?.clusterIPs).toEqual(['10.96.7.7']);
    expect(taken()).toEqual(['10.96.0.10', '10.96.7.7']);
  });

  test('KND-3 an address that is taken or out of range is refused, alone', () => {
    const { create } = cluster();
    create({ clusterIP: '10.96.7.7' });
    expect(() => create({ clusterIP: '10.96.7.7', type: 'Nope' })).toThrow(
      'Service "web" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.7.7"}: failed to allocate IP 10.96.7.7: provided IP is already allocated',
    );
    expect(() => create({ clusterIP: '1.2.3.4' })).toThrow(
      'the provided IP (1.2.3.4) is not in the valid range. The range of valid IPs is 10.96.0.0/12',
    );
  });

  test('KND-3 headless and external ones take no address', () => {
    const { create, taken } = cluster();
    expect(create({ clusterIP: 'None' }).spec?.clusterIPs).toEqual(['None']);
    expect(create({ type: 'ExternalName', externalName: 'a.b' }).spec?.clusterIPs).toBeUndefined();
    expect(taken()).toEqual([]);
  });

  test('KND-4 node ports are given out, shared by TCP and UDP of one port', () => {
    const { create, taken } = cluster();
    const ports = [
      { name: 'a', port: 53 },
      { name: 'b', port: 53, protocol: 'UDP' },
      { name: 'c', port: 80, nodePort: 31_000 },
    ];
    expect(nodePorts(create({ type: 'NodePort', ports } as ServiceSpec))).toEqual([30_001, 30_001, 31_000]);
    expect(taken()).toEqual(['10.96.0.10', 30_001, 31_000]);
    expect(() => create({ type: 'NodePort', ports: [{ port: 1, nodePort: 31_000 }] })).toThrow(
      'spec.ports[0].nodePort: Invalid value: 31000: provided port is already allocated',
    );
    expect(() => create({ type: 'NodePort', ports: [{ port: 1, nodePort: 80 }] })).toThrow(
      'provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
  });

  test('KND-4 a balancer for local traffic has a port for health checks', () => {
    const { create, taken } = cluster();
    const { spec } = create({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
    expect(spec?.healthCheckNodePort).toBe(30_002);
    expect(taken()).toEqual(['10.96.0.10', 30_001, 30_002]);
  });

  test('KND-5 what an update leaves out stays', () => {
    const { create, update, taken } = cluster();
    const old = create({ type: 'NodePort' });
    const now = update(old, { type: 'NodePort', selector: { app: 'web' } });
    expect(now.spec?.clusterIP).toBe('10.96.0.10');
    expect(nodePorts(now)).toEqual([30_001]);
    expect(taken()).toEqual(['10.96.0.10', 30_001]);
  });

  test('KND-5 two ports of one name cannot both keep its node port', () => {
    const { create, update } = cluster();
    const old = create({ type: 'NodePort' });
    expect(() => update(old, { type: 'NodePort', ports: [{ port: 1 }, { port: 2 }] })).toThrow(
      /^duplicate nodePort: \{TCP 30001\}$/,
    );
  });

  test('KND-5 node ports that were taken out stay out where none are given', () => {
    const { create, update, taken } = cluster();
    const old = create({ type: 'LoadBalancer' });
    const kept = update(old, { type: 'LoadBalancer' });
    expect(nodePorts(kept)).toEqual([30_001]);
    const without = update(kept, { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false });
    expect(nodePorts(without)).toEqual([undefined]);
    expect(taken()).toEqual(['10.96.0.10']);
  });

  test('KND-5 what a balancer has given goes with it', () => {
    const { create, update } = cluster();
    const status = { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } };
    const old = { ...create({ type: 'LoadBalancer' }), status };
    expect(update(old, { type: 'LoadBalancer' }).status).toEqual(status);
    expect(update(old, { type: 'NodePort' }).status).toEqual({ loadBalancer: {} });
  });

  test('KND-5 the class of a balancer is looked at as a change, and as a whole', () => {
    const { create, update } = cluster();
    const old = create({ type: 'LoadBalancer', loadBalancerClass: 'a/b' });
    const ports = [{ port: 0 }];
    const told = (spec: Partial<ServiceSpec>): readonly string[] => {
      try {
        update(old, spec);
      } catch (error) {
        if (error instanceof StatusError) return (error.status.details?.causes ?? []).map(({ field }) => field ?? '');
      }
      return [];
    };
    const fields = told({ type: 'LoadBalancer', loadBalancerClass: '!', ports });
    expect(fields.filter((field) => field === 'spec.loadBalancerClass')).toHaveLength(3);
  });

  test('KND-5 a change of type frees what the new type lacks', () => {
    const { create, update, taken } = cluster();
    const old = create({ type: 'NodePort' });
    const inside = update(old, { ...old.spec, type: 'ClusterIP' });
    expect(nodePorts(inside)).toEqual([undefined]);
    expect(taken()).toEqual(['10.96.0.10']);
    const outside = update(inside, { ...inside.spec, type: 'ExternalName', externalName: 'a.b' });
    expect(outside.spec?.internalTrafficPolicy).toBeUndefined();
    expect(outside.spec?.clusterIP).toBeUndefined();
    expect(taken()).toEqual([]);
    update(outside, { type: 'NodePort' });
    expect(taken()).toEqual(['10.96.0.10', 30_001]);
  });

  test('KND-1 ranges that are accepted though Go would not read them are warned of', () => {
    const ranges = ['10.0.0.0/8', ' 1.2.3.4/32', '1.2.3.4/32 ', '010.0.0.0/8', '2001:DB8::/32'];
    const made = cluster().create({ type: 'LoadBalancer', loadBalancerSourceRanges: ranges });
    const told = kind.warnings?.(made, undefined);
    const odd = 'IP prefix was accepted, but will be invalid in a future Kubernetes release: netip.ParsePrefix';
    const field = (i: number): string => `spec.loadBalancerSourceRanges[${i}]`;
    expect(told).toEqual([
      `${field(1)}: ${odd}(" 1.2.3.4/32"): ParseAddr(" 1.2.3.4"): unexpected character (at " 1.2.3.4")`,
      `${field(2)}: ${odd}("1.2.3.4/32 "): bad bits after slash: "32 "`,
      `${field(3)}: ${odd}("010.0.0.0/8"): ParseAddr("010.0.0.0"): IPv4 field has octet with leading zero`,
      `${field(4)}: IPv6 prefix "2001:DB8::/32" is not in RFC 5952 canonical format ("2001:db8::/32"), which may cause controller apply-loops`,
    ]);
  });

  test('KND-6 a refused write gives back what it took, a refused update frees nothing', () => {
    const { create, update, taken } = cluster();
    expect(() => create({ type: 'NodePort', sessionAffinity: 'Nope' })).toThrow('is invalid');
    expect(taken()).toEqual([]);
    const old = create({ type: 'NodePort' });
    expect(() => update(old, { ...old.spec, type: 'ClusterIP', sessionAffinity: 'Nope' })).toThrow('is invalid');
    expect(taken()).toEqual(['10.96.0.10', 30_001]);
  });

  test('KND-6 a deletion frees all', () => {
    const { create, context, taken } = cluster();
    kind.release?.(create({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }), context());
    expect(taken()).toEqual([]);
  });

  test('KND-6 a dry run takes nothing', () => {
    const { create, taken } = cluster();
    create({ type: 'NodePort', clusterIP: '10.96.7.7' }, { dryRun: true });
    expect(taken()).toEqual([]);
  });
});
