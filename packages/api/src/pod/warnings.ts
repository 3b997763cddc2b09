import { goQuote, isDns1123Label } from '@tabernetes/apimachinery';
import type {
  ContainerPort,
  NodeAffinity,
  NodeSelectorTerm,
  PersistentVolumeClaimSpec,
  Pod,
  PodAffinity,
  PodSpec,
  PodTemplateSpec,
  Volume,
} from '../generated/core-v1.ts';
import { APPARMOR_ANNOTATION } from './apparmor.ts';
import { containersWithPath } from './containers.ts';
import type { AnyContainer } from './default-containers.ts';
import { overlappingPathWarnings } from './overlapping-paths.ts';
import { isWhole, quantityText } from './quantities.ts';
import { SECCOMP_CONTAINER_ANNOTATION, SECCOMP_POD_ANNOTATION } from './validate-annotations.ts';

/**
 * Warnings about a template: what is legal and yet hardly meant. `path` is the template's: `spec.template`.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/api/pod/warnings.go
 */
export function podTemplateWarnings(
  template: PodTemplateSpec | undefined,
  path: string,
  _old?: PodTemplateSpec,
): readonly string[] {
  if (!template) return [];
  return distinct(warnings(template.spec, template.metadata?.annotations ?? NO_ANNOTATIONS, `${path}.`, true));
}

/** Warnings about a new Pod; updates of Pods are mostly made by machines and warn of nothing. */
export function podWarnings(pod: Pod): readonly string[] {
  const problems = isDns1123Label(pod.metadata.name ?? '');
  const ofSpec = warnings(pod.spec, pod.metadata.annotations ?? NO_ANNOTATIONS, '', false);
  if (problems.length === 0) return distinct(ofSpec);
  const hostname =
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; " +
    `a DNS label is recommended: [${problems.join(' ')}]`;
  return distinct([hostname, ...ofSpec]);
}

/** What is said twice is heard once. */
const distinct = (texts: readonly string[]): readonly string[] => (texts.length < 2 ? texts : [...new Set(texts)]);

type Annotations = Readonly<Record<string, string>>;
const NO_ANNOTATIONS: Annotations = Object.freeze({});
const NONE: readonly never[] = [];

/** `at` is the path of the object that has metadata and spec, with its dot, or empty. */
function warnings(spec: PodSpec | undefined, annotations: Annotations, at: string, isTemplate: boolean): string[] {
  if (!spec) return [];
  const found: string[] = [];
  const path = `${at}spec`;
  warnOfNodeLabels(found, spec, path);
  if (annotations !== NO_ANNOTATIONS)
    for (const [key, text] of DEAD_ANNOTATIONS) {
      if (annotations[key] !== undefined) found.push(`${at}metadata.annotations[${key}]: ${text}`);
    }
  warnOfVolumes(found, spec.volumes ?? [], `${path}.volumes`);
  warnOfTwins(found, spec.hostAliases, 'ip', `${path}.hostAliases`);
  warnOfTwins(found, spec.imagePullSecrets, 'name', `${path}.imagePullSecrets`);
  for (const [i, { name }] of spec.imagePullSecrets?.entries() ?? NONE) {
    if (!name) found.push(`${path}.imagePullSecrets[${i}].name: invalid empty name ""`);
  }
  warnOfFractions(found, spec.overhead, `${path}.overhead`);
  if (!spec.securityContext?.seccompProfile && annotations[SECCOMP_POD_ANNOTATION] !== undefined) {
    found.push(`${at}metadata.annotations[${SECCOMP_POD_ANNOTATION}]: ${OLD_SECCOMP}`);
  }
  for (const [container, containerPath] of containersWithPath(spec, path)) {
    if (annotations !== NO_ANNOTATIONS) warnOfAnnotations(found, spec, container, annotations, at, isTemplate);
    if (container.resources) {
      const { limits, requests } = container.resources;
      for (const names of BYTES_EACH) {
        if (limits) warnOfFractions(found, limits, `${containerPath}.resources.limits`, names);
        if (requests) warnOfFractions(found, requests, `${containerPath}.resources.requests`, names);
      }
    }
    warnOfHiddenVariables(found, container, `${containerPath}.env`);
  }
  warnOfPorts(found, spec, path);
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    found.push(
      `${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
    );
  }
  if (spec.affinity) {
    warnOfNullSelectors(found, spec.affinity.podAffinity, `${path}.affinity.podAffinity`);
    warnOfNullSelectors(found, spec.affinity.podAntiAffinity, `${path}.affinity.podAntiAffinity`);
  }
  return found;
}

const DEAD_ANNOTATIONS = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
] as const;

const OLD_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const OLD_APPARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead';

const DEAD_NODE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** What is to be said of a label of nodes that is no longer used; undefined of any other. */
export const nodeLabelWarning = (key: string): string | undefined => DEAD_NODE_LABELS[key];

function warnOfNodeLabels(found: string[], spec: PodSpec, path: string): void {
  for (const key in spec.nodeSelector) {
    const text = DEAD_NODE_LABELS[key];
    if (text !== undefined) found.push(`${path}.nodeSelector[${key}]: ${text}`);
  }
  if (spec.affinity) warnOfNodeAffinity(found, spec.affinity.nodeAffinity, path);
  for (const [i, { topologyKey, labelSelector }] of spec.topologySpreadConstraints?.entries() ?? NONE) {
    const at = `${path}.topologySpreadConstraints[${i}]`;
    const text = DEAD_NODE_LABELS[topologyKey];
    if (text !== undefined) found.push(`${at}.topologyKey: ${topologyKey} is ${text}`);
    if (!labelSelector) found.push(`${at}.labelSelector: ${MATCHES_NOTHING}`);
  }
}

function warnOfNodeAffinity(found: string[], affinity: NodeAffinity | undefined, path: string): void {
  const must = affinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const mustPath = `${path}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
  for (const [i, term] of (must?.nodeSelectorTerms ?? []).entries()) {
    found.push(...nodeSelectorTermWarnings(term, `${mustPath}[${i}]`));
  }
  const mayPath = `${path}.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution`;
  for (const [i, term] of (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    found.push(...nodeSelectorTermWarnings(term.preference ?? {}, `${mayPath}[${i}].preference`));
  }
}

/** Old names of node labels in a term; volumes have such terms too. */
export function nodeSelectorTermWarnings(term: NodeSelectorTerm, path: string): readonly string[] {
  return (term.matchExpressions ?? []).flatMap(({ key }, i) => {
    const text = DEAD_NODE_LABELS[key];
    return text === undefined ? [] : [`${path}.matchExpressions[${i}].key: ${key} is ${text}`];
  });
}

const MATCHES_NOTHING = 'a null labelSelector results in matching no pod';

function warnOfNullSelectors(found: string[], affinity: PodAffinity | undefined, path: string): void {
  for (const [i, term] of affinity?.requiredDuringSchedulingIgnoredDuringExecution?.entries() ?? NONE) {
    if (term.labelSelector) continue;
    found.push(`${path}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector: ${MATCHES_NOTHING}`);
  }
  for (const [i, { podAffinityTerm }] of affinity?.preferredDuringSchedulingIgnoredDuringExecution?.entries() ?? NONE) {
    if (podAffinityTerm?.labelSelector) continue;
    const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm`;
    found.push(`${at}.labelSelector: ${MATCHES_NOTHING}`);
  }
}

const DEAD_VOLUMES = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['ephemeral', 'ephemeral', ''],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
] as const satisfies readonly (readonly [keyof Volume, string, string])[];

const DEAD_FIELDS: ReadonlySet<string> = new Set(DEAD_VOLUMES.map(([field]) => field));

function isDead(volume: Volume): boolean {
  for (const field in volume) if (DEAD_FIELDS.has(field)) return true;
  return false;
}

function warnOfVolumes(found: string[], volumes: readonly Volume[], path: string): void {
  for (let i = 0; i < volumes.length; i++) {
    const volume = volumes[i] as Volume;
    if (!isDead(volume)) continue;
    for (const [field, name, text] of DEAD_VOLUMES) {
      if (volume[field] === undefined) continue;
      const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
      if (field !== 'ephemeral') found.push(`${path}[${i}].${name}: ${text}`);
      else if (claim) found.push(...claimWarnings(claim, `${path}[${i}].ephemeral.volumeClaimTemplate.spec`));
    }
  }
  found.push(...overlappingPathWarnings(volumes));
}

/** Warnings about what a claim asks for; PersistentVolumeClaims have them too. */
export function claimWarnings(spec: PersistentVolumeClaimSpec, path: string): readonly string[] {
  const found: string[] = [];
  warnOfFractions(found, spec.resources?.requests, `${path}.resources.requests`, ['storage']);
  warnOfFractions(found, spec.resources?.limits, `${path}.resources.limits`, ['storage']);
  return found;
}

function warnOfTwins<K extends string>(
  found: string[],
  items: readonly { readonly [P in K]?: string }[] | undefined,
  key: K,
  path: string,
): void {
  if (items === undefined || items.length < 2) return;
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const value = item[key] ?? '';
    if (seen.has(value)) found.push(`${path}[${i}].${key}: duplicate ${key} ${goQuote(value)}`);
    seen.add(value);
  }
}

const BYTES = ['memory', 'ephemeral-storage'];
const BYTES_EACH = BYTES.map((name) => [name]);

function warnOfFractions(
  found: string[],
  resources: Readonly<Record<string, string>> | undefined,
  path: string,
  names: readonly string[] = BYTES,
): void {
  for (const name of names) {
    const quantity = resources?.[name];
    if (quantity === undefined || isWhole(quantity)) continue;
    const text = goQuote(quantityText(quantity));
    found.push(`${path}[${name}]: fractional byte value ${text} is invalid, must be an integer`);
  }
}

function warnOfAnnotations(
  found: string[],
  spec: PodSpec,
  { name, securityContext }: AnyContainer,
  annotations: Annotations,
  at: string,
  isTemplate: boolean,
): void {
  const seccomp = `${SECCOMP_CONTAINER_ANNOTATION}${name}`;
  if (!securityContext?.seccompProfile && annotations[seccomp] !== undefined) {
    found.push(`${at}metadata.annotations[${seccomp}]: ${OLD_SECCOMP}`);
  }
  // A Pod's own annotations are turned into fields when it is made, with a warning of their own.
  const armored = spec.securityContext?.appArmorProfile ?? securityContext?.appArmorProfile;
  const appArmor = `${APPARMOR_ANNOTATION}${name}`;
  if (isTemplate && !armored && annotations[appArmor] !== undefined) {
    found.push(`${at}metadata.annotations[${appArmor}]: ${OLD_APPARMOR}`);
  }
}

function warnOfHiddenVariables(found: string[], { env = [] }: AnyContainer, path: string): void {
  if (env.length < 2) return;
  const seen = new Set<string>();
  for (const [i, { name, value = '', valueFrom }] of env.entries()) {
    const reference = `$(${name})`;
    const builds = !valueFrom && value !== reference && value.includes(reference);
    if (seen.has(name) && !builds) {
      const text = `hides previous definition of ${goQuote(name)}, which may be dropped when using apply`;
      found.push(`${path}[${i}]: ${text}`);
    }
    seen.add(name);
  }
}

function warnOfPorts(found: string[], spec: PodSpec, path: string): void {
  if (!hasPortsToCompare(spec)) return;
  const known = new Map<string, { readonly at: string; readonly port: ContainerPort }[]>();
  for (const [{ ports = [] }, containerPath] of containersWithPath(spec, path)) {
    for (const [i, port] of ports.entries()) {
      const at = `${containerPath}.ports[${i}]`;
      if (port.hostIP && !port.hostPort) found.push(`${at}: hostIP set without hostPort: ${portText(port)}`);
      const key = `${port.containerPort}/${port.protocol ?? ''}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        const clash = portClash(port, other.port);
        if (clash !== undefined) found.push(`${at}: ${clash} port definition with ${other.at}`);
      }
      others.push({ at, port });
      known.set(key, others);
    }
  }
}

/** One port alone clashes with nothing. */
function hasPortsToCompare({ containers = [], initContainers, ephemeralContainers }: PodSpec): boolean {
  const [only, ...others] = containers;
  if (others.length > 0 || initContainers !== undefined || ephemeralContainers !== undefined) return true;
  const ports = only?.ports ?? [];
  return ports.length > 1 || Boolean(ports[0]?.hostIP);
}

function portClash(a: ContainerPort, b: ContainerPort): string | undefined {
  const [aIP = '', aPort = 0, bIP = '', bPort = 0] = [a.hostIP, a.hostPort, b.hostIP, b.hostPort];
  if (aIP === bIP && aPort === bPort) return 'duplicate';
  if (aPort === 0 || bPort === 0) return 'overlapping';
  return aPort === bPort && (aIP === '') !== (bIP === '') ? 'dangerously ambiguous' : undefined;
}

/** Go's `%+v` of the structure. */
const portText = ({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
