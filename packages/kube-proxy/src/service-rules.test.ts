import type { Service } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import { describe, expect, test } from 'vitest';
import { serviceRules } from './service-rules.ts';

const service = (spec: object, status: object = {}): Service =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec, status }) as Service;
const base = {
  clusterIP: '10.96.1.1',
  clusterIPs: ['10.96.1.1'],
  ports: [{ name: 'http', port: 80, nodePort: 30080 }],
};
const slice = (endpoints: EndpointSlice['endpoints'], port = 8080, name = 'http'): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', namespace: 'shop' },
  addressType: 'IPv4',
  endpoints,
  ports: [{ name, port }],
});

describe('rules of a Service', () => {
  test('KPX-1 one for each port, with the endpoints whose slices have a port of its name', () => {
    const slices = [
      slice([{ addresses: ['10.244.1.2'], nodeName: 'node-1', conditions: { ready: true, serving: true } }]),
      slice([{ addresses: ['10.244.1.3'], conditions: { ready: false, serving: true, terminating: true } }]),
      slice([{ addresses: ['10.244.1.4'] }], 9090, 'metrics'),
    ];
    expect(serviceRules(service({ ...base, type: 'NodePort' }), slices)).toEqual([
      {
        namespace: 'shop',
        service: 'web',
        portName: 'http',
        protocol: 'TCP',
        port: 80,
        nodePort: 30080,
        clusterIPs: ['10.96.1.1'],
        externalIPs: [],
        loadBalancerSourceRanges: [],
        internalTrafficLocal: false,
        externalTrafficLocal: false,
        backends: [
          { ip: '10.244.1.2', port: 8080, nodeName: 'node-1', ready: true, serving: true, terminating: false },
          { ip: '10.244.1.3', port: 8080, ready: false, serving: true, terminating: true },
        ],
      },
    ]);
  });
  test('KPX-1 an address that two slices have is one backend, ready if either says so', () => {
    const slices = [
      slice([{ addresses: ['10.244.1.2'], conditions: { ready: false } }]),
      slice([{ addresses: ['10.244.1.2'] }]),
    ];
    expect(serviceRules(service(base), slices)[0]?.backends).toMatchObject([{ ip: '10.244.1.2', ready: true }]);
  });
  test('KPX-2 affinity, policies, external addresses of balancers and their ranges', () => {
    const spec = {
      ...base,
      type: 'LoadBalancer',
      externalIPs: ['203.0.113.1'],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
    };
    const status = {
      loadBalancer: {
        ingress: [
          { ip: '172.18.255.1', ipMode: 'VIP' },
          { ip: '172.18.255.2', ipMode: 'Proxy' },
        ],
      },
    };
    expect(serviceRules(service(spec, status), [])[0]).toMatchObject({
      externalIPs: ['203.0.113.1', '172.18.255.1'],
      affinityTimeoutMs: 60_000,
      internalTrafficLocal: true,
      externalTrafficLocal: true,
      loadBalancerSourceRanges: ['192.0.2.0/24'],
    });
  });
  test('KPX-2 headless Services and other names have none', () => {
    expect(serviceRules(service({ ...base, clusterIP: 'None' }), [])).toEqual([]);
    expect(serviceRules(service({ type: 'ExternalName', externalName: 'x.example' }), [])).toEqual([]);
  });
});
