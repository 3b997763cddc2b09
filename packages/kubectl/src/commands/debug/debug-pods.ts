import type { Container, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { applyStrategicMergePatch, type KubeObject } from '@tabernetes/apimachinery';
import type { CommandContext } from '../../command.ts';
import { builtinSchema } from '../../writing/schema-of.ts';

/** What the debug container is put into. */
export type Style = 'ephemeral' | 'copy' | 'node';

export interface DebugOptions {
  /** Words behind `--`. */
  readonly words: readonly string[];
  readonly profile: string;
  /** Parts of a container to lay over. */
  readonly custom: Partial<Container> | undefined;
}

type Changing<T> = { -readonly [K in keyof T]: T[K] };

const PROFILES = ['legacy', 'general', 'baseline', 'restricted', 'netadmin', 'sysadmin'];

/** @throws {Error} for profiles that there are not */
export function checkProfile(name: string): void {
  if (!PROFILES.includes(name)) throw new Error(`unknown profile: ${name}`);
}

/** The container as the flags describe it. */
export function debugContainer({ flags }: CommandContext, name: string, { words }: DebugOptions): Container {
  const pull = flags.string('image-pull-policy');
  const env = Object.entries(flags.map('env')).map(([key, value]) => ({ name: key, value }));
  return {
    name,
    image: flags.string('image'),
    ...(words.length > 0 && { [flags.bool('arguments-only') ? 'args' : 'command']: words }),
    ...(env.length > 0 && { env }),
    terminationMessagePolicy: 'File',
    ...(pull !== '' && { imagePullPolicy: pull }),
    ...(flags.bool('stdin') && { stdin: true }),
    ...(flags.bool('tty') && { tty: true }),
  } as Container;
}

/** A Pod on a node, with all that the profile gives it there. */
export function nodePod(context: CommandContext, node: string, podName: string, options: DebugOptions): KubeObject {
  const name = context.flags.string('container') || 'debugger';
  const spec = profiled('node', podName, name, options, {
    containers: [debugContainer(context, name, options)],
    nodeName: node,
    restartPolicy: 'Never',
    tolerations: [{ operator: 'Exists' }],
  });
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: podName }, spec } as KubeObject;
}

/** The Pod once more, with a container to debug in; that one's name is empty when there is none. @throws {Error} */
export function podCopy(
  context: CommandContext,
  pod: Pod,
  newName: (taken: PodSpec) => string,
  options: DebugOptions,
): { readonly object: KubeObject; readonly container: string } {
  const { flags } = context;
  const images = flags.map('set-image');
  const { ephemeralContainers: _, nodeName, ...rest } = pod.spec ?? { containers: [] };
  const containers = rest.containers.map((each) => {
    const image = images[each.name] ?? images['*'];
    return image === undefined ? each : { ...each, image };
  });
  let spec: PodSpec = {
    ...rest,
    containers,
    ...(flags.changed('share-processes') && { shareProcessNamespace: flags.bool('share-processes') }),
    ...(flags.bool('same-node') && nodeName !== undefined && { nodeName }),
  };
  const metadata: Changing<KubeObject['metadata']> = { name: flags.string('copy-to') };
  const { namespace, labels, annotations } = pod.metadata;
  if (namespace !== undefined) metadata.namespace = namespace;
  const asked = flags.string('container');
  const found = [...spec.containers, ...(spec.initContainers ?? [])].find(({ name }) => name === asked);
  const isLegacy = options.profile === 'legacy';
  const keeps = (what: string): boolean => !isLegacy && flags.bool(`keep-${what}`);
  const keepAll = found === undefined && flags.string('image') === '' && Object.keys(images).length > 0;
  if (labels !== undefined && (keepAll || keeps('labels'))) metadata.labels = labels;
  if (annotations !== undefined && (keepAll || isLegacy || keeps('annotations'))) metadata.annotations = annotations;
  const whole = (): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec }) as KubeObject;
  if (keepAll) return { object: whole(), container: '' };
  if (found === undefined && flags.string('image') === '') {
    throw new Error('you must specify image when creating new container');
  }
  const container = asked || newName(spec);
  const made = debugContainer(context, container, options);
  if (found === undefined) spec = { ...spec, containers: [...spec.containers, made] };
  else {
    const { args, stdin: _stdin, tty: _tty, ...kept } = found;
    const { terminationMessagePolicy: _policy, image, ...asks } = made;
    const keepsArgs = options.words.length === 0 || flags.bool('arguments-only');
    const next = { ...kept, ...(keepsArgs && args && { args }), ...asks, ...(image && { image }) };
    const changed = (each: Container): Container => (each === found ? next : each);
    spec = {
      ...spec,
      containers: spec.containers.map(changed),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(changed) }),
    };
  }
  if (!isLegacy) spec = withoutProbes(spec, keeps);
  spec = profiled('copy', flags.string('copy-to'), container, options, spec);
  return { object: whole(), container };
}

function withoutProbes(spec: PodSpec, keeps: (what: string) => boolean): PodSpec {
  const containers = spec.containers.map(({ livenessProbe, readinessProbe, startupProbe, ...rest }) => ({
    ...rest,
    ...(livenessProbe && keeps('liveness') && { livenessProbe }),
    ...(readinessProbe && keeps('readiness') && { readinessProbe }),
    ...(startupProbe && keeps('startup') && { startupProbe }),
  }));
  const { initContainers, ...rest } = spec;
  return { ...rest, containers, ...(initContainers && keeps('init-containers') && { initContainers }) };
}

type Security = NonNullable<Container['securityContext']>;

const adding = (security: Security | undefined, ...capabilities: readonly string[]): Security => ({
  ...security,
  capabilities: { ...security?.capabilities, add: [...(security?.capabilities?.add ?? []), ...capabilities] },
});

/** What a profile makes of the security context of the debug container. */
function securityOf(profile: string, style: Style, own: Security | undefined): Security | undefined {
  switch (profile) {
    case 'general':
      return style === 'node' ? undefined : adding(own, 'SYS_PTRACE');
    case 'baseline':
      return undefined;
    case 'restricted':
      return {
        runAsNonRoot: true,
        capabilities: { drop: ['ALL'] },
        allowPrivilegeEscalation: false,
        seccompProfile: { type: 'RuntimeDefault' },
      };
    case 'netadmin':
      return adding(own, 'NET_ADMIN', 'NET_RAW');
    case 'sysadmin':
      return { ...own, privileged: true };
    default:
      return own;
  }
}

/** Lays the profile, and what the user has of his own, over the container of that name and its Pod. */
export function profiled(
  style: Style,
  podName: string,
  container: string,
  { profile, custom }: DebugOptions,
  start: PodSpec,
): PodSpec {
  const mountsRoot = style === 'node' && ['legacy', 'general', 'sysadmin'].includes(profile);
  const change = <T extends Container>(each: T): T => {
    if (each.name !== container) return each;
    const { securityContext, ...rest } = each;
    const security = securityOf(profile, style, securityContext);
    const changed = {
      ...rest,
      ...(mountsRoot && { volumeMounts: [...(each.volumeMounts ?? []), { mountPath: '/host', name: 'host-root' }] }),
      ...(security && { securityContext: security }),
    };
    return (custom === undefined ? changed : laidOver(changed as unknown as Container, custom)) as T;
  };
  if (custom !== undefined && style !== 'ephemeral' && !start.containers.some(({ name }) => name === container)) {
    throw new Error(`unable to find the ${container} container in the pod ${podName}`);
  }
  let spec: PodSpec = { ...start, containers: start.containers.map(change) };
  if (start.initContainers !== undefined) spec = { ...spec, initContainers: start.initContainers.map(change) };
  if (start.ephemeralContainers !== undefined) {
    spec = {
      ...spec,
      ephemeralContainers: start.ephemeralContainers.map((each) => change(each as Container) as typeof each),
    };
  }
  if (mountsRoot) {
    spec = { ...spec, volumes: [...(spec.volumes ?? []), { name: 'host-root', hostPath: { path: '/' } }] };
  }
  if (style === 'node' && ['legacy', 'general', 'netadmin', 'sysadmin'].includes(profile)) {
    spec = { ...spec, hostNetwork: true, hostPID: true, hostIPC: true };
  }
  if (style === 'copy' && profile !== 'legacy' && spec.shareProcessNamespace === undefined) {
    spec = { ...spec, shareProcessNamespace: true };
  }
  return spec;
}

function laidOver(container: Container, custom: Partial<Container>): Container {
  const schema = builtinSchema('', 'v1', 'Pod');
  if (schema === undefined) return container;
  const patch = { spec: { containers: [{ ...custom, name: container.name }] } };
  const { spec } = applyStrategicMergePatch(schema, { spec: { containers: [container] } }, patch);
  return spec.containers[0] ?? container;
}
