import { expect, test } from 'vitest';
import { parseConfig } from './envoy.ts';

test('IMB-4 of an envoy configuration the ports, the clusters behind them and the certificates are read', () => {
  const yaml = `admin:
  address:
    socket_address: { address: 0.0.0.0, port_value: 9901 }
static_resources:
  listeners:
  - name: listener_http
    address:
      socket_address:
        address: 0.0.0.0
        port_value: 8443
    filter_chains:
    - transport_socket:
        typed_config:
          tls_certificates:
          - certificate_chain: { filename: "/etc/envoy/a.crt" }
            private_key: { filename: "/etc/envoy/a.key" }
      filters:
      - name: router
        route: { cluster: app }
  clusters:
  - name: other
    address: 127.0.0.1
    port_value: 1
  - name: app
    load_assignment:
      endpoints:
      - address: 127.0.0.1
        port_value: 8080
`;
  expect(parseConfig(yaml)).toEqual({
    adminPort: 9901,
    listeners: [{ port: 8443, upstream: '127.0.0.1:8080', certificate: '/etc/envoy/a.crt', key: '/etc/envoy/a.key' }],
  });
});
