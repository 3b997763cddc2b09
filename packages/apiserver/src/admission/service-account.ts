import type { Container, Pod, ProjectedVolumeSource, ServiceAccount, VolumeMount } from '@tabernetes/api/types/core-v1';
import { type Draft, goQuote, isValidPathSegmentName, type KubeObject, settle } from '@tabernetes/apimachinery';
import { deepFreeze, type Rng } from '@tabernetes/base';
import type { AdmissionPlugin, MutatingAttributes } from '../admission.ts';
import { withObject } from './at-hand.ts';
import { admissionForbidden } from './forbidden.ts';
import { podDraft } from './pods.ts';

const SERVICE_ACCOUNTS = { group: '', plural: 'serviceaccounts' };
const VOLUME_NAME = 'kube-api-access';
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_SECONDS = 60 * 60 + 7;
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const MIRROR = 'kubernetes.io/config.mirror';
const ENFORCE_MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';

/**
 * Every Pod runs as a ServiceAccount: `default` unless it says otherwise. The account must exist; it gives the Pod its image pull
 * secrets and, unless switched off, a volume with a token.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/serviceaccount/admission.go
 */
export function serviceAccountAdmission(rng: Rng): AdmissionPlugin {
  const runAs = (object: KubeObject | undefined, attributes: MutatingAttributes): void => {
    const pod = podDraft(attributes);
    if (pod?.spec === undefined) return;
    const { spec } = pod;
    const account = object as ServiceAccount | undefined;
    if (account === undefined) {
      const name = spec.serviceAccountName ?? '';
      const problems = isValidPathSegmentName(name);
      const why =
        problems.length > 0
          ? `invalid resource name ${goQuote(name)}: [${problems.join(' ')}]`
          : `serviceaccount "${name}" not found`;
      throw admissionForbidden(attributes, `error looking up service account ${attributes.namespace}/${name}: ${why}`);
    }
    if (mountsToken(pod, account)) mountToken(pod, rng);
    if ((spec.imagePullSecrets ?? []).length === 0 && account.imagePullSecrets !== undefined) {
      spec.imagePullSecrets = account.imagePullSecrets.map((secret) => ({ ...secret }));
    }
    if (account.metadata.annotations?.[ENFORCE_MOUNTABLE] === 'true') {
      const refusal = unmountable(pod, account);
      if (refusal !== undefined) throw admissionForbidden(attributes, refusal);
    }
  };
  return {
    name: 'ServiceAccount',
    operations: ['CREATE'],
    resources: ['pods'],
    admit(attributes, reader) {
      const pod = podDraft(attributes);
      if (pod?.spec === undefined) return;
      const { spec } = pod;
      if (pod.metadata.annotations?.[MIRROR] !== undefined) {
        // The kubelet's own Pods may not use the API's objects.
        if (spec.serviceAccountName)
          throw admissionForbidden(attributes, 'a mirror pod may not reference service accounts');
        if (spec.volumes?.some((v) => v.secret !== undefined))
          throw admissionForbidden(attributes, 'a mirror pod may not reference secrets');
        return;
      }
      const name = spec.serviceAccountName || 'default';
      // Two names of one field, both shown.
      spec.serviceAccountName = name;
      spec.serviceAccount = name;
      return withObject(reader, SERVICE_ACCOUNTS, attributes.namespace, name, attributes, runAs);
    },
  };
}

/** The Pod's own word comes first, then its account's; the default is yes. */
const mountsToken = ({ spec }: Draft<Pod>, account: ServiceAccount): boolean =>
  spec?.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;

function mountToken(pod: Draft<Pod>, rng: Rng): void {
  const { spec } = pod;
  if (spec === undefined) return;
  const existing = spec.volumes?.find((v) => v.name.startsWith(`${VOLUME_NAME}-`));
  const name = existing?.name ?? `${VOLUME_NAME}-${rng.text(5, SUFFIX_ALPHABET)}`;
  const ofInit = addMounts(spec.initContainers, name);
  const needed = addMounts(spec.containers, name) || ofInit;
  if (needed && existing === undefined) spec.volumes = [...(spec.volumes ?? []), { name, projected: TOKEN }];
}

/** Mounts the token in containers that have nothing there yet. False: there are none. */
function addMounts(containers: Draft<Container>[] | undefined, name: string): boolean {
  let needed = false;
  for (const container of containers ?? []) {
    container.volumeMounts ??= [];
    if (container.volumeMounts.some(isTokenMount)) continue;
    container.volumeMounts.push({ name, readOnly: true, mountPath: MOUNT_PATH });
    needed = true;
  }
  return needed;
}

const isTokenMount = ({ mountPath }: VolumeMount): boolean => mountPath === MOUNT_PATH;

/** The same in every Pod, and one object in all of them; fields in Go's order. */
const TOKEN = settle({
  sources: deepFreeze([
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ]),
  defaultMode: 0o644,
}) as Draft<ProjectedVolumeSource>;

/** Under `enforce-mountable-secrets` a Pod may use only the secrets that its account lists. */
function unmountable({ spec }: Draft<Pod>, account: ServiceAccount): string | undefined {
  const mountable = new Set((account.secrets ?? []).map((s) => s.name));
  const pullable = new Set((account.imagePullSecrets ?? []).map((s) => s.name));
  const inAccount = `is not allowed because service account ${account.metadata.name} does not reference that`;
  for (const volume of spec?.volumes ?? []) {
    const secret = volume.secret?.secretName;
    if (secret !== undefined && !mountable.has(secret)) {
      return `volume with secret.secretName="${secret}" ${inAccount} secret`;
    }
  }
  for (const [place, containers] of [
    ['init container', spec?.initContainers ?? []],
    ['container', spec?.containers ?? []],
  ] as const) {
    for (const { name, env = [], envFrom = [] } of containers) {
      for (const { name: variable, valueFrom } of env) {
        const secret = valueFrom?.secretKeyRef?.name;
        if (secret !== undefined && !mountable.has(secret)) {
          return `${place} ${name} with envVar ${variable} referencing secret.secretName="${secret}" ${inAccount} secret`;
        }
      }
      for (const { secretRef } of envFrom) {
        if (secretRef?.name !== undefined && !mountable.has(secretRef.name)) {
          return `${place} ${name} with envFrom referencing secret.secretName="${secretRef.name}" ${inAccount} secret`;
        }
      }
    }
  }
  for (const [i, { name = '' }] of (spec?.imagePullSecrets ?? []).entries()) {
    if (!pullable.has(name)) return `imagePullSecrets[${i}].name="${name}" ${inAccount} imagePullSecret`;
  }
  return undefined;
}
