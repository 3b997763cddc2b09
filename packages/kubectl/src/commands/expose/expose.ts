import type { KubeObject, LabelSelector } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { messageOf } from '../../errors.ts';
import { parseLabels } from '../../flags/labels.ts';
import { intOrString, objectOf, saved } from '../../generators/generate.ts';
import { select } from '../../resources/select.ts';
import { dryRunOf } from '../../writing/dry-run.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { overridden } from '../../writing/overrides.ts';
import { goType } from '../../writing/pod-spec.ts';
import { typedPrinter } from '../../writing/print.ts';
import { recorded } from '../../writing/recorder.ts';
import { createInfo } from '../../writing/requests.ts';
import { typed } from '../../writing/schema-of.ts';

const EXPOSABLE = new Set(['ReplicationController', 'Service', 'Pod', 'Deployment.apps', 'ReplicaSet.apps']);
const NAME_LENGTH = 63;

interface Port {
  readonly containerPort?: number;
  readonly port?: number;
  readonly protocol?: string;
}
interface Spec {
  readonly selector?: unknown;
  readonly ports?: readonly Port[];
  readonly containers?: readonly { readonly ports?: readonly Port[] }[];
  readonly template?: {
    readonly spec?: Spec;
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  };
}
type Exposed = KubeObject & { readonly spec?: Spec };

/** What a Service of the exposed object is made of; flags come before what is found in the object. */
export interface ServiceParts {
  readonly name: string;
  readonly selector: string;
  readonly labels: string;
  /** Comma-separated. */
  readonly ports: string;
  /** Protocols by port, where the object has them. */
  readonly protocols: ReadonlyMap<string, readonly string[]>;
  readonly protocol?: string;
  readonly targetPort?: string;
  readonly type?: string;
  readonly externalIp?: string;
  readonly loadBalancerIp?: string;
  readonly sessionAffinity?: string;
  readonly clusterIp?: string;
}

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_expose/ */
const expose: Command = {
  async run(context) {
    const { flags, args, namespace, api } = context;
    const dryRun = dryRunOf(context);
    const printer = typedPrinter(context, 'exposed', dryRun);
    const selection = await select(context, {
      ...fileOptions(context),
      typed: true,
      args,
      continueOnError: true,
      allowEmptySelector: false,
    });
    const found = startOf(context);
    await selection.visit(async (info) => {
      const kind = `${info.resource?.kind ?? ''}${info.resource?.group ? `.${info.resource.group}` : ''}`;
      if (!EXPOSABLE.has(kind)) throw new Error(`cannot expose a ${kind}`);
      let object = overridden(context, serviceOf(partsOf(context, info.object as Exposed, found)));
      object = recorded(context, object);
      const { name: home, explicit } = namespace();
      if (dryRun === 'client') {
        printer.print(explicit ? { ...object, metadata: { ...object.metadata, namespace: home } } : object);
        return;
      }
      if (flags.bool('save-config')) object = saved(object);
      const resource = await api().known((discovery) => discovery.forKind('v1', 'Service'));
      const place = { resource, namespace: home, name: '', source: '', subresource: '' };
      const created = await createInfo(context, { ...place, object: typed(object) }, { dryRun });
      printer.print(created.object);
    });
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { expose };

/** What flags say, or else what was found in an object: of several, the first that tells it tells it for those after it. */
interface Found {
  selector: string;
  labels: string;
  /** Of a flag, or of an object with one port. */
  port: string;
  /** Of an object with several ports: comma-separated, and before `port`. */
  ports: string;
  protocols: ReadonlyMap<string, readonly string[]>;
}

const startOf = ({ flags }: CommandContext): Found => ({
  selector: flags.string('selector'),
  labels: flags.string('labels'),
  port: flags.string('port'),
  ports: '',
  protocols: new Map(),
});

function partsOf({ flags }: CommandContext, object: Exposed, found: Found): ServiceParts {
  if (found.selector === '') {
    try {
      found.selector = selectorOf(object);
    } catch (error) {
      throw new Error(`couldn't retrieve selectors via --selector flag or introspection: ${messageOf(error)}`);
    }
  }
  const protocols = portsOf(object);
  if (found.port === '') {
    if (protocols.size === 0 && flags.string('cluster-ip') !== 'None') {
      throw new Error("couldn't find port via --port flag or introspection");
    }
    const ports = [...protocols.keys()].join(',');
    if (protocols.size === 1) found.port = ports;
    else if (protocols.size > 1) found.ports = ports;
  }
  if (protocols.size > 0) found.protocols = protocols;
  if (found.labels === '') found.labels = labelsText(object.metadata.labels ?? {});
  return {
    name: flags.string('name') || (object.metadata.name ?? '').slice(0, NAME_LENGTH),
    selector: found.selector,
    labels: found.labels,
    ports: found.ports || found.port,
    protocols: found.protocols,
    protocol: flags.string('protocol'),
    targetPort: flags.string('target-port'),
    type: flags.string('type'),
    externalIp: flags.string('external-ip'),
    loadBalancerIp: flags.string('load-balancer-ip'),
    sessionAffinity: flags.string('session-affinity'),
    clusterIp: flags.string('cluster-ip'),
  };
}

const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

function selectorOf(object: Exposed): string {
  const { kind, spec } = object;
  switch (kind) {
    case 'ReplicationController':
      return labelsText((spec?.selector ?? {}) as Record<string, string>);
    case 'Pod': {
      const { labels = {} } = object.metadata;
      if (Object.keys(labels).length === 0) throw new Error('the pod has no labels and cannot be exposed');
      return labelsText(labels);
    }
    case 'Service':
      if (spec?.selector === undefined) throw new Error('the service has no pod selector set');
      return labelsText(spec.selector as Record<string, string>);
    case 'Deployment':
    case 'ReplicaSet': {
      const selector = spec?.selector as LabelSelector | undefined;
      const word = kind === 'Deployment' ? 'deployment' : 'replicaset';
      const { matchLabels = {} } = selector ?? {};
      if (selector === undefined || Object.keys(matchLabels).length === 0) {
        throw new Error(`invalid ${word}: no selectors, therefore cannot be exposed`);
      }
      const expressions = (selector.matchExpressions ?? []).map(
        ({ key, operator, values = [] }) => `{Key:${key} Operator:${operator} Values:[${values.join(' ')}]}`,
      );
      if (expressions.length > 0) {
        throw new Error(`couldn't convert expressions - "[${expressions.join(' ')}]" to map-based selector format`);
      }
      return labelsText(matchLabels);
    }
    default:
      throw new Error(`cannot extract pod selector from ${goType(object)}`);
  }
}

/** Ports of an object in its order, with their protocols. */
function portsOf({ kind, spec }: Exposed): ReadonlyMap<string, readonly string[]> {
  const list =
    kind === 'Service'
      ? (spec?.ports ?? [])
      : ((kind === 'Pod' ? spec : spec?.template?.spec)?.containers ?? []).flatMap(({ ports = [] }) => ports);
  const found = new Map<string, readonly string[]>();
  for (const { port, containerPort, protocol = 'TCP' } of list) {
    const key = String(port ?? containerPort ?? '');
    const known = found.get(key) ?? [];
    if (!known.includes(protocol)) found.set(key, [...known, protocol]);
  }
  return found;
}

/** @throws {Error} with kubectl's text when a part is no good */
export function serviceOf(parts: ServiceParts): KubeObject {
  const { name, selector, labels, sessionAffinity = '', externalIp = '', type = '', clusterIp = '' } = parts;
  if (selector === '') throw new Error('selector must be specified');
  const selected = parseLabels(selector);
  const own = labels === '' ? undefined : parseLabels(labels);
  if (name === '') throw new Error('name must be specified');
  const targetPort = parts.targetPort ? intOrString(parts.targetPort) : undefined;
  const ports = servicePorts(parts).map((port) => ({ ...port, targetPort: targetPort ?? port.port }));
  if (sessionAffinity !== '' && sessionAffinity !== 'None' && sessionAffinity !== 'ClientIP') {
    throw new Error(`unknown session affinity: ${sessionAffinity}`);
  }
  return objectOf(
    'v1',
    'Service',
    { name, ...(own && { labels: own }) },
    {
      spec: {
        ...(ports.length > 0 && { ports }),
        selector: selected,
        ...(clusterIp !== '' && { clusterIP: clusterIp }),
        ...(type !== '' && { type }),
        ...(externalIp !== '' && { externalIPs: [externalIp] }),
        ...(sessionAffinity !== '' && { sessionAffinity }),
        ...(type === 'LoadBalancer' && parts.loadBalancerIp && { loadBalancerIP: parts.loadBalancerIp }),
      },
    },
  );
}

function servicePorts({
  ports,
  protocols,
  protocol = '',
}: ServiceParts): readonly { name?: string; port: number; protocol: string }[] {
  if (ports === '') return [];
  const texts = ports.split(',');
  return texts.flatMap((text, at) => {
    if (!/^[+-]?\d+$/.test(text)) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    const port = Number(text);
    const name = texts.length > 1 ? { name: `port-${at + 1}` } : {};
    const known = protocols.get(text) ?? [];
    if (protocol === '' && known.length > 1) {
      return known.map((each) => ({ name: `port-${at + 1}-${each.toLowerCase()}`, port, protocol: each }));
    }
    return [{ ...name, port, protocol: protocol || known[0] || 'TCP' }];
  });
}
