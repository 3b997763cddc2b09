import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { parseAddresses } from './addresses.ts';
import { parsePort, resolvedPorts } from './ports.ts';

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: {
    containers: [
      {
        name: 'c',
        ports: [
          { name: 'http', containerPort: 80, protocol: 'TCP' },
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
        ],
      },
    ],
  },
};
const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's' },
  spec: {
    clusterIP: '10.96.0.1',
    ports: [
      { name: 'www', port: 8080, targetPort: 'http', protocol: 'TCP' },
      { name: 'bad', port: 81, targetPort: 'nosuch', protocol: 'TCP' },
      { name: 'u', port: 54, targetPort: 54, protocol: 'UDP' },
    ],
  },
};

describe('ports that are forwarded', () => {
  test('KCT-35 of Pods are numbers or names of containers', () => {
    expect(resolvedPorts(['8080:http', 'http', ':80', '9:80'], pod, pod)).toEqual(['8080:80', '80', ':80', '9:80']);
    expect(() => resolvedPorts(['1:nosuch'], pod, pod)).toThrow("Pod 'web' does not have a named port 'nosuch'");
    expect(() => resolvedPorts(['1:nosuch', '2:53'], pod, pod)).toThrow('does not have a named port');
    expect(() => resolvedPorts(['80', '53'], pod, pod)).toThrow('UDP protocol is not supported for 53');
  });

  test('KCT-35 of Services lead to where the Service leads', () => {
    expect(resolvedPorts(['1:www', 'www', '8080', '80:8080'], service, pod)).toEqual([
      '1:80',
      '8080:80',
      '8080:80',
      '80',
    ]);
    expect(() => resolvedPorts(['1:x'], service, pod)).toThrow("Service 's' does not have a named port 'x'");
    expect(() => resolvedPorts(['82'], service, pod)).toThrow('Service s does not have a service port 82');
    expect(() => resolvedPorts(['bad'], service, pod)).toThrow("Pod 'web' does not have a named port 'nosuch'");
    expect(() => resolvedPorts(['u'], service, pod)).toThrow('UDP protocol is not supported for u');
  });

  test('KCT-35 are read as Go reads them, and any local one is taken for an empty one', () => {
    expect([parsePort(':80'), parsePort('0:80'), parsePort('80')]).toEqual([
      { local: 0, remote: 80 },
      { local: 0, remote: 80 },
      { local: 80, remote: 80 },
    ]);
    expect(() => parsePort('1:2:3')).toThrow("invalid port format '1:2:3'");
    expect(() => parsePort('70000:1')).toThrow('value out of range');
    expect(() => parsePort('1:0')).toThrow('remote port must be > 0');
  });

  test('KCT-35 are listened for on addresses, localhost being two of which one is enough', () => {
    expect(parseAddresses(['localhost', '127.0.0.1'])).toEqual([
      { host: '127.0.0.1', isLocalhost: false },
      { host: '::1', isLocalhost: true },
    ]);
    expect(() => parseAddresses(['web'])).toThrow('web is not a valid IP');
    expect(() => parseAddresses([])).toThrow('you must specify at least 1 address');
  });
});
