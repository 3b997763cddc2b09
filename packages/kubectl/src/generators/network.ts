import { isDns1123Subdomain, isValidPortName, isValidPortNum } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { type Generator, intOrString, objectOf } from './generate.ts';

type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

/** `kubectl create service clusterip` and its brothers. */
export const service = (type: ServiceType): Generator => ({
  failure: `failed to create ${type} service: `,
  remembersSent: true,
  check(context) {
    const clusterIp = clusterIpOf(context);
    if (clusterIp !== 'None' && context.flags.strings('tcp').length === 0 && type !== 'ExternalName') {
      throw new Error('at least one tcp port specifier must be provided');
    }
    if (type !== 'ExternalName') return;
    const name = context.flags.string('external-name');
    if (isDns1123Subdomain(name).length > 0) throw new Error(`invalid service external name ${name}`);
  },
  make(context, name) {
    const { flags } = context;
    // An int32 keeps the lower half of what the flag may hold.
    const nodePort = flags.has('node-port') ? Number(BigInt.asIntN(32, BigInt(flags.number('node-port')))) : 0;
    const ports = flags.strings('tcp').map((text) => {
      const { port, targetPort } = parsePorts(text);
      const portName = text.replaceAll(':', '-');
      return { name: portName, protocol: 'TCP', port, targetPort, ...(nodePort !== 0 && { nodePort }) };
    });
    const labels = { app: name };
    const clusterIP = clusterIpOf(context);
    return objectOf(
      'v1',
      'Service',
      { name, labels },
      {
        spec: {
          ...(ports.length > 0 && { ports }),
          selector: labels,
          ...(clusterIP !== '' && { clusterIP }),
          type,
          ...(type === 'ExternalName' && { externalName: flags.string('external-name') }),
        },
      },
    );
  },
});

const clusterIpOf = ({ flags }: CommandContext): string => (flags.has('clusterip') ? flags.string('clusterip') : '');

/** `80`, `80:8080`, `80:http`. @throws {Error} with Go's text */
function parsePorts(text: string): { readonly port: number; readonly targetPort: number | string } {
  const [first = '', second] = text.split(':');
  const port = parsePort(first);
  if (second === undefined) return { port, targetPort: port };
  if (/^[+-]?\d+$/.test(second)) {
    const problems = isValidPortNum(Number(second));
    if (problems.length > 0) throw new Error(problems.join(','));
    return { port, targetPort: Number(second) };
  }
  const problems = isValidPortName(second);
  if (problems.length > 0) throw new Error(problems.join(','));
  return { port, targetPort: second };
}

function parsePort(text: string): number {
  if (!/^\+?\d+$/.test(text)) throw new Error(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  const port = Number(text);
  if (port > 65_535) throw new Error(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`);
  return port;
}

const RULE = /^[\w*\-.]*\/.*=[\w-]+:[\w-]+/;

/** `kubectl create ingress` */
export const ingress: Generator = {
  failure: 'failed to create ingress: ',
  check({ flags }) {
    const rules = flags.strings('rule');
    const backend = flags.string('default-backend');
    if (backend === '' && rules.length === 0) {
      throw new Error(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      );
    }
    const bad = rules.find((rule) => !RULE.test(rule));
    if (bad !== undefined) {
      throw new Error(`rule ${bad} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
    }
    const annotation = flags.strings('annotation').find((text) => !text.includes('='));
    if (annotation !== undefined) {
      throw new Error(`annotation ${annotation} is invalid and should be in format key=[value]`);
    }
    if (backend !== '' && backend.split(':').length !== 2) {
      throw new Error('default-backend should be in format servicename:serviceport');
    }
  },
  make({ flags }, name) {
    const rules = flags.strings('rule');
    const annotations = Object.fromEntries(
      flags.strings('annotation').map((text) => {
        const equals = text.indexOf('=');
        return [text.slice(0, equals), text.slice(equals + 1)];
      }),
    );
    const ingressClassName = flags.string('class');
    const backend = flags.string('default-backend');
    const tls = tlsOf(rules);
    const hosts = rulesOf(rules);
    return objectOf(
      'networking.k8s.io/v1',
      'Ingress',
      { name, ...(Object.keys(annotations).length > 0 && { annotations }) },
      {
        spec: {
          ...(ingressClassName !== '' && { ingressClassName }),
          ...(backend !== '' && { defaultBackend: backendOf(backend) }),
          ...(tls.length > 0 && { tls }),
          ...(hosts.length > 0 && { rules: hosts }),
        },
      },
    );
  },
};

function backendOf(text: string): unknown {
  const [name = '', port = ''] = text.split(':');
  const parsed = intOrString(port);
  return { service: { name, port: typeof parsed === 'number' ? { number: parsed } : { name: parsed } } };
}

function rulesOf(rules: readonly string[]): readonly unknown[] {
  const byHost = new Map<string, unknown[]>();
  for (const rule of rules) {
    const [plain = ''] = rule.split(',');
    const slash = plain.indexOf('/');
    const host = plain.slice(0, slash);
    const [tail = '', backend = ''] = plain.slice(slash + 1).split('=');
    const isPrefix = tail.endsWith('*');
    const path = {
      path: `/${isPrefix ? tail.slice(0, -1) : tail}`,
      pathType: isPrefix ? 'Prefix' : 'Exact',
      backend: backendOf(backend),
    };
    const paths = byHost.get(host);
    if (paths === undefined) byHost.set(host, [path]);
    else paths.push(path);
  }
  return [...byHost].map(([host, paths]) => ({ ...(host !== '' && { host }), http: { paths } }));
}

/** Hosts with the same secret share an entry; a host is taken once. */
function tlsOf(rules: readonly string[]): readonly unknown[] {
  const entries: { hosts: string[]; secretName: string }[] = [];
  const seen = new Set<string>();
  for (const rule of rules) {
    const parts = rule.split(',');
    if (parts.length !== 2) continue;
    const host = rule.slice(0, rule.indexOf('/'));
    const secretName = parts[1]?.split('=')[1] ?? '';
    if (seen.has(host)) continue;
    seen.add(host);
    const shared = entries.find((entry) => entry.secretName === secretName);
    if (shared !== undefined) shared.hosts.push(host);
    else if (host !== '' || secretName !== '') entries.push({ hosts: host === '' ? [] : [host], secretName });
  }
  return entries.map(({ hosts, secretName }) => ({
    ...(hosts.length > 0 && { hosts }),
    ...(secretName !== '' && { secretName }),
  }));
}
