import type { Endpoints, Service } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import { isList } from '../../resources/info.ts';
import { type DescribeContext, inNamespacePath, of } from './describer.ts';
import { heads } from './description.ts';
import { endpointText } from './endpoint-text.ts';
import { events } from './events.ts';
import { head, inline } from './metadata.ts';

/** @throws {StatusError} */
export async function slicesOf(
  { api, namespace }: DescribeContext,
  service: string,
): Promise<readonly EndpointSlice[]> {
  const list = await api.object('GET', inNamespacePath(namespace, 'endpointslices', '/apis/discovery.k8s.io/v1'), {
    query: { labelSelector: `kubernetes.io/service-name=${service}` },
  });
  return isList(list) ? (list.items as readonly unknown[] as readonly EndpointSlice[]) : [];
}

export const service = of<Service>(async (context, object, d) => {
  const { metadata, spec = {}, status } = object;
  const slices = await slicesOf(context, context.name).catch((): readonly EndpointSlice[] => []);
  head(d, metadata);
  d.field(0, 'Selector', inline(spec.selector));
  d.field(0, 'Type', spec.type ?? '');
  if (spec.ipFamilyPolicy !== undefined) d.field(0, 'IP Family Policy', spec.ipFamilyPolicy);
  d.field(0, 'IP Families', spec.ipFamilies?.join(',') || '<none>');
  d.field(0, 'IP', spec.clusterIP ?? '');
  d.field(0, 'IPs', spec.clusterIPs?.length ? spec.clusterIPs.join(',') : '<none>');
  if (spec.externalIPs?.length) d.field(0, 'External IPs', spec.externalIPs.join(','));
  if (spec.loadBalancerIP) d.field(0, 'Desired LoadBalancer IP', spec.loadBalancerIP);
  if (spec.externalName) d.field(0, 'External Name', spec.externalName);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) {
    const texts = ingress.map(({ ip, ipMode, hostname = '' }) =>
      ip ? `${ip}${ipMode === undefined ? '' : ` (${ipMode})`}` : hostname,
    );
    d.field(0, 'LoadBalancer Ingress', texts.join(', '));
  }
  for (const { name = '', port, protocol = '', targetPort = 0, nodePort = 0 } of spec.ports ?? []) {
    d.field(0, 'Port', `${name || '<unset>'}\t${port}/${protocol}`);
    d.field(0, 'TargetPort', `${targetPort}/${protocol}`);
    if (nodePort !== 0) d.field(0, 'NodePort', `${name || '<unset>'}\t${nodePort}/${protocol}`);
    d.field(0, 'Endpoints', endpointText(slices, name));
  }
  d.field(0, 'Session Affinity', spec.sessionAffinity ?? '');
  if (spec.externalTrafficPolicy) d.field(0, 'External Traffic Policy', spec.externalTrafficPolicy);
  if (spec.internalTrafficPolicy !== undefined) d.field(0, 'Internal Traffic Policy', spec.internalTrafficPolicy);
  if (spec.healthCheckNodePort) d.field(0, 'HealthCheck NodePort', spec.healthCheckNodePort);
  if (spec.loadBalancerSourceRanges?.length) {
    d.field(0, 'LoadBalancer Source Ranges', spec.loadBalancerSourceRanges.join(','));
  }
  await events(context, object, d);
});

export const endpoints = of<Endpoints>(async (context, object, d) => {
  head(d, object.metadata);
  d.write(0, 'Subsets:\n');
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of object.subsets ?? []) {
    d.field(1, 'Addresses', addresses.map(({ ip }) => ip).join(',') || '<none>');
    d.field(1, 'NotReadyAddresses', notReadyAddresses.map(({ ip }) => ip).join(',') || '<none>');
    if (ports.length > 0) {
      d.write(1, 'Ports:\n');
      heads(d, 2, ['Name', 'Port', 'Protocol']);
      for (const { name, port, protocol = '' } of ports) d.write(2, `${name || '<unset>'}\t${port}\t${protocol}\n`);
    }
    d.write(0, '\n');
  }
  await events(context, object, d);
});

export const endpointSlice = of<EndpointSlice>(async (context, object, d) => {
  head(d, object.metadata);
  d.field(0, 'AddressType', object.addressType);
  const ports = object.ports ?? [];
  if (ports.length === 0) d.write(0, 'Ports: <unset>\n');
  else {
    d.write(0, 'Ports:\n');
    heads(d, 1, ['Name', 'Port', 'Protocol']);
    for (const { name, port = '<unset>', protocol = '' } of ports) {
      d.write(1, `${name || '<unset>'}\t${port}\t${protocol}\n`);
    }
  }
  const list = object.endpoints ?? [];
  d.write(0, list.length === 0 ? 'Endpoints: <none>\n' : 'Endpoints:\n');
  for (const endpoint of list) {
    d.field(1, '- Addresses', endpoint.addresses.join(', ') || '<none>');
    d.write(2, 'Conditions:\n');
    d.field(3, 'Ready', endpoint.conditions?.ready ?? '<unset>');
    d.field(2, 'Hostname', endpoint.hostname ?? '<unset>');
    if (endpoint.targetRef) d.field(2, 'TargetRef', `${endpoint.targetRef.kind}/${endpoint.targetRef.name}`);
    d.field(2, 'NodeName', endpoint.nodeName ?? '<unset>');
    d.field(2, 'Zone', endpoint.zone ?? '<unset>');
  }
  await events(context, object, d);
});
