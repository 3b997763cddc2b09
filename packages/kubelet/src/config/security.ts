import type { Container, EphemeralContainer, Pod } from '@tabernetes/api/types/core-v1';
import type { ContainerConfig, Image } from '@tabernetes/node-api';
import { podText } from '../pod/pod-view.ts';

/** The container's securityContext over the Pod's. */
export function securityOf(
  pod: Pod,
  container: Container | EphemeralContainer,
): Pick<
  ContainerConfig,
  | 'uid'
  | 'gid'
  | 'supplementalGroups'
  | 'readOnlyRootFilesystem'
  | 'privileged'
  | 'noNewPrivileges'
  | 'seccomp'
  | 'capabilities'
> {
  const ofPod = pod.spec?.securityContext ?? {};
  const own = container.securityContext ?? {};
  const uid = own.runAsUser ?? ofPod.runAsUser;
  const gid = own.runAsGroup ?? ofPod.runAsGroup;
  const groups = [...(ofPod.supplementalGroups ?? []), ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup])];
  return {
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    supplementalGroups: groups,
    readOnlyRootFilesystem: own.readOnlyRootFilesystem ?? false,
    privileged: own.privileged ?? false,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    seccomp: own.privileged !== true && (own.seccompProfile ?? ofPod.seccompProfile)?.type === 'RuntimeDefault',
    capabilities: { add: own.capabilities?.add ?? [], drop: own.capabilities?.drop ?? [] },
  };
}

/**
 * Refuses a container that must not be root and would be, or might be.
 *
 * @throws {Error} with the words of CreateContainerConfigError
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kuberuntime/security_context_others.go
 */
export function verifyNonRoot(pod: Pod, container: Container | EphemeralContainer, image: Image): void {
  const ofPod = pod.spec?.securityContext;
  const own = container.securityContext;
  if ((own?.runAsNonRoot ?? ofPod?.runAsNonRoot) !== true) return;
  const who = `(pod: "${podText(pod)}", container: ${container.name})`;
  const uid = own?.runAsUser ?? ofPod?.runAsUser;
  if (uid === 0) throw new Error(`container's runAsUser breaks non-root policy ${who}`);
  if (uid !== undefined) return;
  const user = (image.user ?? '').split(':')[0] ?? '';
  if (user === '' || user === '0') {
    throw new Error(`container has runAsNonRoot and image will run as root ${who}`);
  }
  if (!/^\d+$/.test(user)) {
    throw new Error(
      `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${who}`,
    );
  }
}

const SECCOMP_ROOT = '/var/lib/kubelet/seccomp';

/** What containerd says to a profile that the node has not got (it has none). @throws {Error} */
export function verifySeccomp(pod: Pod, container: Container | EphemeralContainer): void {
  const profile = container.securityContext?.seccompProfile ?? pod.spec?.securityContext?.seccompProfile;
  if (profile?.type !== 'Localhost') return;
  const path = `${SECCOMP_ROOT}/${profile.localhostProfile}`;
  throw new Error(
    `failed to create containerd container: cannot load seccomp profile "${path}": open ${path}: no such file or directory`,
  );
}
