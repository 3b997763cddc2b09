import type { Service } from '@tabernetes/api/types/core-v1';
import type { Ingress, IngressBackend, IngressClass } from '@tabernetes/api/types/networking-v1';
import { messageOf } from '../../errors.ts';
import { type DescribeContext, inNamespacePath, of } from './describer.ts';
import { endpointText } from './endpoint-text.ts';
import { events, eventsOf, printEvents } from './events.ts';
import { annotations, head, pairs } from './metadata.ts';
import { slicesOf } from './service.ts';

export const ingress = of<Ingress>(async (context, object, d) => {
  const { metadata, spec = {}, status } = object;
  const list = await eventsOf(context, object);
  d.field(0, 'Name', metadata.name ?? '');
  pairs(d, 'Labels', metadata.labels);
  d.field(0, 'Namespace', metadata.namespace ?? '');
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  d.field(0, 'Address', [...new Set(addresses.filter((address) => address !== ''))].sort().join(','));
  d.field(0, 'Ingress Class', spec.ingressClassName ?? '<none>');
  const fallback = spec.defaultBackend ? await backendText(context, spec.defaultBackend) : '<default>';
  d.field(0, 'Default backend', fallback);
  if (spec.tls?.length) {
    d.write(0, 'TLS:\n');
    for (const { secretName, hosts = [] } of spec.tls) {
      d.write(1, `${secretName ? `${secretName} terminates` : 'SNI routes'} ${hosts.join(',')}\n`);
    }
  }
  d.write(0, 'Rules:\n  Host\tPath\tBackends\n');
  d.write(1, '----\t----\t--------\n');
  const rules = (spec.rules ?? []).filter(({ http }) => http !== undefined);
  for (const { host, http } of rules) {
    d.write(1, `${host || '*'}\t\n`);
    for (const { path = '', backend } of http?.paths ?? []) {
      d.write(2, `\t${path} \t${await backendText(context, backend)}\n`);
    }
  }
  if (rules.length === 0) d.write(1, `*\t*\t${fallback}\n`);
  annotations(d, metadata.annotations);
  printEvents(d, list, context.nowMs);
});

/** `web:80 (10.0.0.1:80,10.0.0.2:80)` */
async function backendText(context: DescribeContext, { service, resource }: IngressBackend): Promise<string> {
  if (service === undefined) {
    if (resource === undefined) return '';
    return `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`;
  }
  const { name, port = {} } = service;
  const text = `${name}:${port.number || (port.name ?? '')}`;
  try {
    const slices = await slicesOf(context, name);
    const { spec } = await context.api.object<Service>(
      'GET',
      `${inNamespacePath(context.namespace, 'services')}/${encodeURIComponent(name)}`,
    );
    const target = spec?.ports?.findLast(
      (p) => (port.number && p.port === port.number) || (port.name && p.name === port.name),
    );
    return `${text} (${endpointText(slices, target?.name ?? '')})`;
  } catch (error) {
    return `${text} (<error: ${messageOf(error)}>)`;
  }
}

export const ingressClass = of<IngressClass>(async (context, object, d) => {
  head(d, object.metadata, false);
  d.field(0, 'Controller', object.spec?.controller ?? '');
  const parameters = object.spec?.parameters;
  if (parameters) {
    d.write(0, 'Parameters:\n');
    if (parameters.apiGroup !== undefined) d.field(1, 'APIGroup', parameters.apiGroup);
    d.field(1, 'Kind', parameters.kind);
    d.field(1, 'Name', parameters.name);
  }
  await events(context, object, d);
});
