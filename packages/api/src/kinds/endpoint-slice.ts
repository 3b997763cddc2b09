import {
  type Draft,
  duplicate,
  type FieldError,
  invalid,
  isDns1123Label,
  isDns1123Subdomain,
  isFullyQualifiedDomainName,
  isQualifiedName,
  isValidIpv4Address,
  isValidIpv6Address,
  isValidLabelValue,
  notSupported,
  required,
  semanticEqual,
  tooMany,
  validateLabels,
} from '@tabernetes/apimachinery';
import type { Endpoint, EndpointSlice } from '../generated/discovery-v1.ts';
import { defineKind } from '../kind.ts';
import { reject } from '../pod/rules.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { listWithMore } from '../printing/lists.ts';
import { schemaOf } from '../schema/schemas.ts';
import { validateNonSpecialIp } from './rules/addresses.ts';

/**
 * Some of the addresses behind a Service, of one address family.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
 */
export const endpointSlice = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  storageVersionHash: 'qgS0xkrxYAI=',
  schema: schemaOf('io.k8s.api.discovery.v1.EndpointSlice'),
  generation: ['addressType', 'endpoints', 'ports'],
  generationMetadata: 'labels',

  defaults: ({ ports = [] }) => {
    for (const port of ports) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  prepareForCreate: ({ endpoints }) => dropTopology(endpoints ?? [], []),
  prepareForUpdate: ({ endpoints }, { endpoints: old }) => {
    if (!semanticEqual(endpoints, old)) dropTopology(endpoints, old);
  },
  validate: sliceErrors,
  validateUpdate: ({ addressType }, old) =>
    addressType === old.addressType ? [] : [invalid('addressType', addressType ?? '', 'field is immutable')],
  warnings: ({ addressType }) => (addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
  metadataOnUpdate: ['whole'],

  columns: [
    nameColumn,
    {
      name: 'AddressType',
      type: 'string',
      description: 'IPv4, IPv6 or FQDN.',
      cell: ({ addressType }) => addressType ?? '',
    },
    {
      name: 'Ports',
      type: 'string',
      description: 'Ports of every endpoint, the first three of them.',
      cell: ({ ports }) =>
        listWithMore(
          (ports ?? []).map(({ port, name }) => String(port ?? name ?? '*')),
          SHOWN,
        ),
    },
    {
      name: 'Endpoints',
      type: 'string',
      description: 'Addresses, the first three of them.',
      cell: ({ endpoints }) =>
        listWithMore(
          (endpoints ?? []).flatMap(({ addresses = [] }) => addresses),
          SHOWN,
        ),
    },
    ageColumn,
  ],
});

/**
 * Topology keys were a beta feature: slices that change lose them. Those that told the node then live on as `nodeName`.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/discovery/endpointslice/strategy.go dropTopologyOnV1
 */
function dropTopology(
  endpoints: Draft<EndpointSlice>['endpoints'] | null,
  old: readonly Endpoint[] | null | undefined,
): void {
  // A slice without endpoints is stored with null.
  const known = new Set(old?.map(({ deprecatedTopology }) => deprecatedTopology?.[HOST_NAME]));
  for (const endpoint of endpoints ?? []) {
    const node = endpoint.deprecatedTopology?.[HOST_NAME];
    if (node !== undefined && endpoint.nodeName === undefined && known.has(node) && !isDns1123Subdomain(node).length) {
      endpoint.nodeName = node;
    }
    delete endpoint.deprecatedTopology;
  }
}

const HOST_NAME = 'kubernetes.io/hostname';

const ADDRESS_TYPES: readonly string[] = ['FQDN', 'IPv4', 'IPv6'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const SHOWN = 3;
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_TOPOLOGY_LABELS = 16;
const MAX_ZONE_HINTS = 8;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/discovery/validation/validation.go */
function sliceErrors(slice: EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  const { addressType = '', endpoints = [] } = slice;
  if (addressType === '') errors.push(required('addressType'));
  else if (!ADDRESS_TYPES.includes(addressType)) {
    errors.push(notSupported('addressType', addressType, ADDRESS_TYPES));
  }
  if (endpoints.length > MAX_ENDPOINTS) errors.push(tooMany('endpoints', endpoints.length, MAX_ENDPOINTS));
  else
    for (const [i, endpoint] of endpoints.entries()) endpointErrors(errors, endpoint, addressType, `endpoints[${i}]`);
  portErrors(errors, slice);
  return errors;
}

function endpointErrors(errors: FieldError[], endpoint: Endpoint, type: string, at: string): void {
  const { addresses = [], deprecatedTopology: topology = {}, hostname, nodeName } = endpoint;
  if (addresses.length === 0) errors.push(required(`${at}.addresses`, 'must contain at least 1 address'));
  else if (addresses.length > MAX_ADDRESSES) {
    errors.push(tooMany(`${at}.addresses`, addresses.length, MAX_ADDRESSES));
  }
  for (const [i, address] of addresses.entries()) errors.push(...addressErrors(`${at}.addresses[${i}]`, address, type));
  const labels = Object.keys(topology).length;
  if (labels > MAX_TOPOLOGY_LABELS) errors.push(tooMany(`${at}.deprecatedTopology`, labels, MAX_TOPOLOGY_LABELS));
  errors.push(...validateLabels(topology, `${at}.deprecatedTopology`));
  if (nodeName !== undefined) reject(errors, `${at}.nodeName`, nodeName, isDns1123Subdomain(nodeName));
  if (hostname !== undefined) reject(errors, `${at}.hostname`, hostname, isDns1123Label(hostname));
  hintErrors(errors, endpoint, `${at}.hints.forZones`);
}

function addressErrors(at: string, address: string, type: string): readonly FieldError[] {
  switch (type) {
    case 'IPv4':
      return [...isValidIpv4Address(at, address), ...validateNonSpecialIp(at, address)];
    case 'IPv6':
      return [...isValidIpv6Address(at, address), ...validateNonSpecialIp(at, address)];
    case 'FQDN':
      return isFullyQualifiedDomainName(at, address);
    default:
      return [];
  }
}

function hintErrors(errors: FieldError[], { hints }: Endpoint, at: string): void {
  const zones = hints?.forZones ?? [];
  if (zones.length > MAX_ZONE_HINTS) {
    errors.push(tooMany(at, zones.length, MAX_ZONE_HINTS));
    return;
  }
  const seen = new Set<string>();
  for (const [i, { name = '' }] of zones.entries()) {
    if (seen.has(name)) errors.push(duplicate(`${at}[${i}].name`, name));
    seen.add(name);
    reject(errors, `${at}[${i}].name`, name, isValidLabelValue(name));
  }
}

function portErrors(errors: FieldError[], { ports = [] }: EndpointSlice): void {
  if (ports.length > MAX_PORTS) {
    errors.push(tooMany('ports', ports.length, MAX_PORTS));
    return;
  }
  const names = new Set<string>();
  for (const [i, { name = '', protocol, appProtocol }] of ports.entries()) {
    const at = `ports[${i}]`;
    if (name !== '') reject(errors, `${at}.name`, name, isDns1123Label(name));
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (protocol === undefined) errors.push(required(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
    if (appProtocol !== undefined) reject(errors, `${at}.appProtocol`, appProtocol, isQualifiedName(appProtocol));
  }
}
