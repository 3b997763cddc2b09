import type { Service } from '@tabernetes/api/types/core-v1';

/**
 * The variables by which containers find Services: those of their namespace, and of the API server always.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/envvars/envvars.go
 */
export function serviceEnvironment(
  services: readonly Service[],
  namespace: string,
  enableServiceLinks: boolean,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const service of services) {
    const { name = '', namespace: of } = service.metadata;
    if (of === 'default' && name === 'kubernetes') {
      // One of the same name in the Pod's own namespace wins.
      const own =
        enableServiceLinks && services.some((s) => s.metadata.name === name && s.metadata.namespace === namespace);
      if (namespace === 'default' || !own) addService(env, service);
    } else if (of === namespace && enableServiceLinks) addService(env, service);
  }
  return env;
}

function addService(env: Record<string, string>, { metadata, spec }: Service): void {
  const clusterIP = spec?.clusterIP ?? '';
  if (clusterIP === '' || clusterIP === 'None') return;
  const prefix = variableName(metadata.name ?? '');
  const ports = spec?.ports ?? [];
  const host = clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP;
  env[`${prefix}_SERVICE_HOST`] = clusterIP;
  ports.forEach(({ name, port, protocol = 'TCP' }, i) => {
    const scheme = protocol.toLowerCase();
    if (i === 0) {
      env[`${prefix}_SERVICE_PORT`] = String(port);
      env[`${prefix}_PORT`] = `${scheme}://${host}:${port}`;
    }
    if (name) env[`${prefix}_SERVICE_PORT_${variableName(name)}`] = String(port);
    const portPrefix = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    env[portPrefix] = `${scheme}://${host}:${port}`;
    env[`${portPrefix}_PROTO`] = scheme;
    env[`${portPrefix}_PORT`] = String(port);
    env[`${portPrefix}_ADDR`] = clusterIP;
  });
}

const variableName = (text: string): string => text.replaceAll('-', '_').toUpperCase();
