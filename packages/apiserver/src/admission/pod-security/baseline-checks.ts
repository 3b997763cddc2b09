import { goQuote } from '@tabernetes/apimachinery';
import {
  type Check,
  containersOf,
  containersText,
  namesOf,
  type PodParts,
  plural,
  quoted,
  setters,
  sorted,
  type Violation,
} from './check.ts';

const always = (id: string, check: (pod: PodParts) => Violation | undefined): Check => ({
  id,
  versions: [{ since: 0, check }],
});

/**
 * The level `baseline`, in the order in which violations are told.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/staging/src/k8s.io/pod-security-admission/policy
 */
export const BASELINE_CHECKS: readonly Check[] = [
  always('appArmorProfile', appArmor),
  always('capabilities_baseline', capabilities),
  always('hostNamespaces', hostNamespaces),
  always('hostPathVolumes', hostPathVolumes),
  always('hostPorts', hostPorts),
  always('privileged', privileged),
  always('procMount', procMount),
  {
    id: 'seLinuxOptions',
    versions: [
      { since: 0, check: (pod) => seLinux(pod, SELINUX_TYPES) },
      { since: 31, check: (pod) => seLinux(pod, [...SELINUX_TYPES, 'container_engine_t']) },
    ],
  },
  {
    id: 'seccompProfile_baseline',
    versions: [
      { since: 0, check: seccompAnnotations },
      { since: 19, check: seccomp },
    ],
  },
  {
    id: 'sysctls',
    versions: [
      { since: 0, check: (pod) => sysctls(pod, 0) },
      { since: 27, check: (pod) => sysctls(pod, 27) },
      { since: 29, check: (pod) => sysctls(pod, 29) },
      { since: 32, check: (pod) => sysctls(pod, 32) },
    ],
  },
  always('windowsHostProcess', hostProcess),
];

export const isGoodProfile = (type: string): boolean => type === 'RuntimeDefault' || type === 'Localhost';

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

function appArmor(pod: PodParts): Violation | undefined {
  const own = pod.spec.securityContext?.appArmorProfile?.type;
  const byPod = own !== undefined && !isGoodProfile(own);
  const typeOf = (context: { readonly appArmorProfile?: { readonly type: string } } | undefined): string | undefined =>
    context?.appArmorProfile?.type;
  const isBad = (type: string | undefined): type is string => type !== undefined && !isGoodProfile(type);
  const containers = namesOf(pod, ({ securityContext }) => isBad(typeOf(securityContext)));
  const values = sorted(
    [own, ...containersOf(pod).map(({ securityContext }) => typeOf(securityContext))].filter(isBad),
  );
  const annotations = Object.entries(pod.annotations)
    .filter(([key, value]) => key.startsWith(APPARMOR) && !isGoodAppArmorAnnotation(value))
    .map(([key, value]) => `${key}=${goQuote(value)}`)
    .sort();
  const who = [
    ...setters(byPod, containers),
    ...(annotations.length > 0 ? [plural('annotation', annotations.length)] : []),
  ];
  if (who.length === 0) return undefined;
  const all = [...values, ...annotations];
  return {
    reason: plural('forbidden AppArmor profile', all.length),
    detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(all)}`,
  };
}

const isGoodAppArmorAnnotation = (value: string): boolean =>
  value === '' || value === 'runtime/default' || value.startsWith('localhost/');

const CAPABILITIES: ReadonlySet<string> = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);

function capabilities(pod: PodParts): Violation | undefined {
  return tooCapable(pod, 'non-default capabilities', (capability) => CAPABILITIES.has(capability));
}

/** Containers that add capabilities which they may not have. */
export function tooCapable(
  pod: PodParts,
  reason: string,
  isAllowed: (capability: string) => boolean,
): Violation | undefined {
  const added = new Set<string>();
  const containers = namesOf(pod, ({ securityContext }) => {
    const bad = (securityContext?.capabilities?.add ?? []).filter((capability) => !isAllowed(capability));
    for (const capability of bad) added.add(capability);
    return bad.length > 0;
  });
  if (containers.length === 0) return undefined;
  const detail = `${containersText(containers)} must not include ${quoted(sorted(added))} in securityContext.capabilities.add`;
  return { reason, detail };
}

function hostNamespaces({ spec }: PodParts): Violation | undefined {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true);
  if (shared.length === 0) return undefined;
  return { reason: 'host namespaces', detail: shared.map((field) => `${field}=true`).join(', ') };
}

function hostPathVolumes({ spec }: PodParts): Violation | undefined {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${plural('volume', names.length)} ${quoted(names)}` };
}

function hostPorts(pod: PodParts): Violation | undefined {
  const portsOf = (container: { readonly ports?: readonly { readonly hostPort?: number }[] }): readonly string[] =>
    (container.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
  const containers = namesOf(pod, (container) => portsOf(container).length > 0);
  if (containers.length === 0) return undefined;
  const ports = sorted(containersOf(pod).flatMap(portsOf));
  const uses = containers.length === 1 ? 'uses' : 'use';
  return {
    reason: 'hostPort',
    detail: `${containersText(containers)} ${uses} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  };
}

function privileged(pod: PodParts): Violation | undefined {
  const containers = namesOf(pod, ({ securityContext }) => securityContext?.privileged === true);
  if (containers.length === 0) return undefined;
  return {
    reason: 'privileged',
    detail: `${containersText(containers)} must not set securityContext.privileged=true`,
  };
}

function procMount(pod: PodParts): Violation | undefined {
  const isBad = (mount: string | undefined): mount is string => mount !== undefined && mount !== 'Default';
  const containers = namesOf(pod, ({ securityContext }) => isBad(securityContext?.procMount));
  if (containers.length === 0) return undefined;
  const mounts = sorted(
    containersOf(pod)
      .flatMap(({ securityContext }) => securityContext?.procMount ?? [])
      .filter(isBad),
  );
  return {
    reason: 'procMount',
    detail: `${containersText(containers)} must not set securityContext.procMount to ${quoted(mounts)}`,
  };
}

const SELINUX_TYPES: readonly string[] = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

function seLinux(pod: PodParts, allowed: readonly string[]): Violation | undefined {
  const types = new Set<string>();
  let setsUser = false;
  let setsRole = false;
  const isBad = (
    options: { readonly type?: string; readonly user?: string; readonly role?: string } | undefined,
  ): boolean => {
    if (options === undefined) return false;
    const { type = '', user = '', role = '' } = options;
    const badType = !allowed.includes(type);
    if (badType) types.add(type);
    setsUser ||= user !== '';
    setsRole ||= role !== '';
    return badType || user !== '' || role !== '';
  };
  const byPod = isBad(pod.spec.securityContext?.seLinuxOptions);
  const containers = namesOf(pod, ({ securityContext }) => isBad(securityContext?.seLinuxOptions));
  const who = setters(byPod, containers);
  if (who.length === 0) return undefined;
  const what = [
    ...(types.size > 0 ? [`${plural('type', types.size)} ${quoted(sorted(types))}`] : []),
    ...(setsUser ? ['user may not be set'] : []),
    ...(setsRole ? ['role may not be set'] : []),
  ];
  const detail = `${who.join(' and ')} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`;
  return { reason: 'seLinuxOptions', detail };
}

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

function seccompAnnotations(pod: PodParts): Violation | undefined {
  const keys = [SECCOMP_POD, ...containersOf(pod).map(({ name }) => SECCOMP_CONTAINER + name)];
  const bad = sorted(
    keys.flatMap((key) => {
      const value = pod.annotations[key];
      return value === undefined || isGoodSeccompAnnotation(value) ? [] : [`${key}=${goQuote(value)}`];
    }),
  );
  if (bad.length === 0) return undefined;
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', bad.length)} ${bad.join(', ')}` };
}

const isGoodSeccompAnnotation = (value: string): boolean =>
  value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');

/** Profiles that are set, and are not allowed. */
export function seccomp(pod: PodParts): Violation | undefined {
  const values = new Set<string>();
  const isBad = (context: { readonly seccompProfile?: { readonly type: string } } | undefined): boolean => {
    const type = context?.seccompProfile?.type;
    if (type === undefined || isGoodProfile(type)) return false;
    values.add(type);
    return true;
  };
  const byPod = isBad(pod.spec.securityContext);
  const who = setters(
    byPod,
    namesOf(pod, ({ securityContext }) => isBad(securityContext)),
  );
  if (who.length === 0) return undefined;
  const detail = `${who.join(' and ')} must not set securityContext.seccompProfile.type to ${quoted(sorted(values))}`;
  return { reason: 'seccompProfile', detail };
}

/** Safe ones, and since which version they are. */
const SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};

function sysctls({ spec }: PodParts, minor: number): Violation | undefined {
  const bad = (spec.securityContext?.sysctls ?? [])
    .map(({ name }) => name)
    .filter((name) => !(Object.hasOwn(SYSCTLS, name) && (SYSCTLS[name] ?? 0) <= minor));
  return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
}

function hostProcess(pod: PodParts): Violation | undefined {
  const byPod = pod.spec.securityContext?.windowsOptions?.hostProcess === true;
  const who = setters(
    byPod,
    namesOf(pod, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true),
  );
  if (who.length === 0) return undefined;
  const detail = `${who.join(' and ')} must not set securityContext.windowsOptions.hostProcess=true`;
  return { reason: 'hostProcess', detail };
}
