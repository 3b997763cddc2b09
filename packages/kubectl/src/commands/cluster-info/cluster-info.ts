import type { Service } from '@tabernetes/api/types/core-v1';
import type { Command } from '../../command.ts';
import { isList, pathOf } from '../../resources/info.ts';
import { dump } from './dump.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_cluster-info/ */
const clusterInfo: Command = {
  async run({ api, flags, out }) {
    const namespace = flags.string('namespace') || 'kube-system';
    try {
      const services = await api().known((discovery) => discovery.find('services'), 5);
      const list = await api().object('GET', pathOf(services, namespace), {
        query: { labelSelector: 'kubernetes.io/cluster-service=true' },
      });
      const host = api().config.server;
      out.write(`Kubernetes control plane is running at ${host}\n`);
      const running = isList(list) ? (list.items as readonly unknown[] as readonly Service[]) : [];
      for (const service of running) {
        const { name = '', labels } = service.metadata;
        out.write(`${labels?.['kubernetes.io/name'] || name} is running at ${linkOf(service, host)}\n`);
      }
    } finally {
      out.write("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    }
    return undefined;
  },
};

/** Where a Service is reached from outside: its load balancer, or the API server's proxy. */
function linkOf({ metadata, spec, status }: Service, host: string): string {
  const [ingress] = status?.loadBalancer?.ingress ?? [];
  if (ingress !== undefined) {
    const address = ingress.ip || (ingress.hostname ?? '');
    return (spec?.ports ?? []).map(({ port }) => `http://${address}:${port} `).join('');
  }
  const [port] = spec?.ports ?? [];
  let name = metadata.name ?? '';
  if (port !== undefined) {
    const scheme = port.name === 'https' || port.port === 443 ? 'https:' : '';
    if (scheme !== '' || port.name) name = `${scheme}${name}:${port.name ?? ''}`;
  }
  return `${host}/api/v1/namespaces/${metadata.namespace ?? ''}/services/${name}/proxy`;
}

export const commands = { 'cluster-info': clusterInfo, 'cluster-info dump': dump };
