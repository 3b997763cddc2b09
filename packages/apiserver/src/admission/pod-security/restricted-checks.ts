import type { Volume } from '@tabernetes/api/types/core-v1';
import { isGoodProfile, seccomp, tooCapable } from './baseline-checks.ts';
import {
  type Check,
  containersText,
  isWindows,
  namesOf,
  type PodParts,
  plural,
  quoted,
  setters,
  sorted,
  type Violation,
} from './check.ts';

/** What Windows containers cannot set, they need not set; since 1.25 Pods can say that they are such. */
const unlessWindows =
  (check: (pod: PodParts) => Violation | undefined) =>
  (pod: PodParts): Violation | undefined =>
    isWindows(pod) ? undefined : check(pod);

/**
 * What the level `restricted` asks for beside those of `baseline`, in the order in which violations are told.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const RESTRICTED_CHECKS: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    versions: [
      { since: 8, check: privilegeEscalation },
      { since: 25, check: unlessWindows(privilegeEscalation) },
    ],
  },
  {
    id: 'capabilities_restricted',
    versions: [
      { since: 22, overrides: 'capabilities_baseline', check: capabilities },
      { since: 25, overrides: 'capabilities_baseline', check: unlessWindows(capabilities) },
    ],
  },
  { id: 'restrictedVolumes', versions: [{ since: 0, overrides: 'hostPathVolumes', check: volumes }] },
  { id: 'runAsNonRoot', versions: [{ since: 0, check: runAsNonRoot }] },
  { id: 'runAsUser', versions: [{ since: 23, check: runAsUser }] },
  {
    id: 'seccompProfile_restricted',
    versions: [
      { since: 19, overrides: 'seccompProfile_baseline', check: seccompRequired },
      { since: 25, overrides: 'seccompProfile_baseline', check: unlessWindows(seccompRequired) },
    ],
  },
];

function privilegeEscalation(pod: PodParts): Violation | undefined {
  const containers = namesOf(pod, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (containers.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containersText(containers)} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function capabilities(pod: PodParts): Violation | undefined {
  const reason = 'unrestricted capabilities';
  const keeping = namesOf(pod, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
  const adding = tooCapable(pod, reason, (capability) => capability === 'NET_BIND_SERVICE');
  const details = [
    ...(keeping.length > 0 ? [`${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding ? [adding.detail] : []),
  ];
  return details.length === 0 ? undefined : { reason, detail: details.join('; ') };
}

const VOLUMES: readonly (keyof Volume)[] = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

function volumes({ spec }: PodParts): Violation | undefined {
  const bad = (spec.volumes ?? []).filter((volume) => !VOLUMES.some((type) => volume[type] !== undefined));
  if (bad.length === 0) return undefined;
  const typeOf = (volume: Volume): string => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
  const types = sorted(bad.map(typeOf));
  const names = quoted(bad.map(({ name }) => name));
  const uses = bad.length === 1 ? 'uses' : 'use';
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', bad.length)} ${names} ${uses} ${plural('restricted volume type', types.length)} ${quoted(types)}`,
  };
}

function runAsNonRoot(pod: PodParts): Violation | undefined {
  const reason = 'runAsNonRoot != true';
  const own = pod.spec.securityContext?.runAsNonRoot;
  const who = setters(
    own === false,
    namesOf(pod, ({ securityContext }) => securityContext?.runAsNonRoot === false),
  );
  if (who.length > 0) return { reason, detail: `${who.join(' and ')} must not set securityContext.runAsNonRoot=false` };
  if (own === true) return undefined;
  const silent = namesOf(pod, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${containersText(silent)} must set securityContext.runAsNonRoot=true` };
}

function runAsUser(pod: PodParts): Violation | undefined {
  const who = setters(
    pod.spec.securityContext?.runAsUser === 0,
    namesOf(pod, ({ securityContext }) => securityContext?.runAsUser === 0),
  );
  if (who.length === 0) return undefined;
  return { reason: 'runAsUser=0', detail: `${who.join(' and ')} must not set runAsUser=0` };
}

function seccompRequired(pod: PodParts): Violation | undefined {
  const wrong = seccomp(pod);
  if (wrong !== undefined) return wrong;
  const own = pod.spec.securityContext?.seccompProfile?.type;
  if (own !== undefined && isGoodProfile(own)) return undefined;
  const silent = namesOf(pod, ({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (silent.length === 0) return undefined;
  const detail = `pod or ${containersText(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return { reason: 'seccompProfile', detail };
}
