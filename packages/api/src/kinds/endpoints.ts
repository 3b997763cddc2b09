import {
  type FieldError,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidIp,
  isValidPortNum,
  notSupported,
  required,
} from '@tabernetes/apimachinery';
import type { EndpointAddress, EndpointPort, Endpoints } from '../generated/core-v1.ts';
import { defineKind } from '../kind.ts';
import { reject } from '../pod/rules.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { listWithMore } from '../printing/lists.ts';
import { schemaOf } from '../schema/schemas.ts';
import { validateNonSpecialIp } from './rules/addresses.ts';

/**
 * The addresses behind a Service, all in one object; EndpointSlices have taken their place.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoints-v1/
 */
export const endpoints = defineKind<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  storageVersionHash: 'fWeeMqaN/OA=',
  storagePath: 'services/endpoints',
  schema: schemaOf('io.k8s.api.core.v1.Endpoints'),
  allowCreateOnUpdate: true,

  defaults: ({ subsets = [] }) => {
    for (const { ports = [] } of subsets) for (const port of ports) port.protocol ||= 'TCP';
  },
  validate: ({ subsets = [] }) => {
    const errors: FieldError[] = [];
    for (const [i, { addresses = [], notReadyAddresses = [], ports = [] }] of subsets.entries()) {
      const at = `subsets[${i}]`;
      if (addresses.length + notReadyAddresses.length === 0) {
        errors.push(required(at, 'must specify `addresses` or `notReadyAddresses`'));
      }
      for (const [j, address] of addresses.entries()) addressErrors(errors, address, `${at}.addresses[${j}]`);
      for (const [j, address] of notReadyAddresses.entries()) {
        addressErrors(errors, address, `${at}.notReadyAddresses[${j}]`);
      }
      for (const [j, port] of ports.entries()) portErrors(errors, port, ports.length > 1, `${at}.ports[${j}]`);
    }
    return errors;
  },
  metadataOnUpdate: ['change', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Endpoints',
      type: 'string',
      description: 'Addresses and ports that are ready, the first three of them.',
      cell: readyEndpoints,
    },
    ageColumn,
  ],
});

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const SHOWN = 3;

function addressErrors(errors: FieldError[], address: EndpointAddress, at: string): void {
  const { ip = '', hostname = '', nodeName } = address;
  errors.push(...isValidIp(`${at}.ip`, ip));
  if (hostname !== '') reject(errors, `${at}.hostname`, hostname, isDns1123Label(hostname));
  if (nodeName !== undefined) reject(errors, `${at}.nodeName`, nodeName, isDns1123Subdomain(nodeName));
  errors.push(...validateNonSpecialIp(`${at}.ip`, ip));
}

function portErrors(errors: FieldError[], port: EndpointPort, needsName: boolean, at: string): void {
  const { name = '', port: number = 0, protocol = '', appProtocol } = port;
  if (name !== '') reject(errors, `${at}.name`, name, isDns1123Label(name));
  else if (needsName) errors.push(required(`${at}.name`));
  reject(errors, `${at}.port`, number, isValidPortNum(number));
  if (protocol === '') errors.push(required(`${at}.protocol`));
  else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
  if (appProtocol !== undefined) reject(errors, `${at}.appProtocol`, appProtocol, isQualifiedName(appProtocol));
}

function readyEndpoints({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    // A headless Service may have no ports.
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  );
  return listWithMore(all, SHOWN, '');
}
