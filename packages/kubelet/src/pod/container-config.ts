import type { Container, EphemeralContainer, Pod, VolumeMount } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import type { ContainerConfig, Image, Mount } from '@tabernetes/node-api';
import { containerEnvironment } from '../config/environment.ts';
import { expandReferences } from '../config/expand.ts';
import { hostsFile } from '../config/hosts-file.ts';
import { oomScoreAdj } from '../config/oom-score.ts';
import { securityOf, verifyNonRoot, verifySeccomp } from '../config/security.ts';
import type { NodeContext } from '../node-context.ts';
import type { MountedVolume, PodVolumes } from '../volumes/pod-volumes.ts';
import { HOSTS_FILE, type PodHosts } from './pod-hosts.ts';

export interface ContainerConfigSources {
  readonly pod: Pod;
  readonly container: Container | EphemeralContainer;
  readonly image: Image;
  readonly attempt: number;
  readonly podIPs: readonly string[];
  readonly volumes: PodVolumes;
  /** /etc/hosts of the Pod. */
  readonly hosts: PodHosts;
  readonly targetContainerId: string | undefined;
}

/**
 * What the runtime is told to make.
 *
 * @throws {Error} with the words of CreateContainerConfigError
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kuberuntime/kuberuntime_container.go generateContainerConfig
 */
export async function containerConfig(
  node: Pick<NodeContext, 'fieldContext' | 'memoryCapacityBytes' | 'objects' | 'services' | 'nodeHosts'>,
  sources: ContainerConfigSources,
): Promise<ContainerConfig> {
  const { pod, container, image, attempt, podIPs, targetContainerId } = sources;
  const context = node.fieldContext(pod, podIPs);
  const env = await containerEnvironment(context, container, node.objects, node.services());
  verifyNonRoot(pod, container, image);
  const value = (name: string): string | undefined => env[name];
  const expanded = (texts: readonly string[] = []): readonly string[] =>
    texts.map((text) => expandReferences(text, value));
  const mounts = containerMounts(sources, value, node.nodeHosts);
  return {
    name: container.name,
    attempt,
    image: container.image ?? '',
    command: expanded(container.command),
    args: expanded(container.args),
    env,
    workingDir: container.workingDir ?? '',
    mounts,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    ...securityOf(pod, container),
    oomScoreAdj: oomScoreAdj(pod, container, node.memoryCapacityBytes),
    resources: resourcesOf(container),
    ...(targetContainerId !== undefined && { targetContainerId }),
    terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
    ports: (container.ports ?? []).map(({ name = '', containerPort, protocol = 'TCP' }) => ({
      name,
      containerPort,
      protocol,
    })),
  };
}

/** What containerd refuses before it makes anything. @throws {Error} with the words of CreateContainerError */
export const verifyCreatable = (pod: Pod, container: Container | EphemeralContainer): void =>
  verifySeccomp(pod, container);

function containerMounts(
  { pod, container, volumes, hosts, podIPs }: ContainerConfigSources,
  value: (name: string) => string | undefined,
  nodeHosts: () => string,
): Mount[] {
  const mounts: Mount[] = [];
  let ownHosts = false;
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const { name, mountPath, readOnly = false, recursiveReadOnly } = mount;
    const mounted = volumes.get(name);
    if (mounted === undefined) continue;
    if (recursiveReadOnly === 'Enabled') throw recursionError(name);
    const { fs } = mounted.volume;
    const subPath = subPathOf(mount, value);
    const path = [mounted.root, subPath.replace(/^\/+|\/+$/g, '')].filter((part) => part !== '').join('/');
    if (subPath !== '' && !fs.exists(`/${path}`)) {
      try {
        const { mode } = fs.stat(`/${mounted.root}`);
        fs.mkdir(`/${path}`, { recursive: true, mode, parentMode: mode });
      } catch {
        throw subPathError(name, container.name);
      }
    }
    const containerPath = mountPath.startsWith('/') ? mountPath : `/${mountPath}`;
    ownHosts ||= containerPath === HOSTS_PATH;
    mounts.push({
      containerPath,
      volume: mounted.volume,
      ...(path !== '' && { subPath: path }),
      readOnly: readOnly || mounted.readOnly,
      nodePath:
        mount.subPath || mount.subPathExpr
          ? `${podDirectory(pod)}/volume-subpaths/${name}/${container.name}/${index}`
          : nodePath(pod, name, mounted, path),
    });
  }
  // Who mounts something there knows best; and without an address there is nothing to write.
  if (!ownHosts && podIPs.length > 0) {
    const volume = hosts.saying(hostsFile(pod, podIPs, pod.spec?.hostNetwork === true ? nodeHosts() : ''));
    mounts.push({ containerPath: HOSTS_PATH, volume, subPath: HOSTS_FILE, readOnly: false });
  }
  return mounts;
}

/** The runtime is one of those that make the uppermost mount read-only and no other. */
const recursionError = (volume: string): Error =>
  new Error(
    `failed to resolve recursive read-only mode: volume ${JSON.stringify(volume)} requested recursive read-only mode, but it is not supported by the runtime`,
  );

/** @throws {Error} when what it asks for has no value, or it leads out of the volume */
function subPathOf(
  { subPath = '', subPathExpr = '' }: VolumeMount,
  value: (name: string) => string | undefined,
): string {
  const missing = new Set<string>();
  const path =
    subPathExpr === ''
      ? subPath
      : expandReferences(subPathExpr, (name) => {
          const found = value(name);
          if (!found) missing.add(name);
          return found;
        });
  if (missing.size > 0) throw new Error(`missing value for ${[...missing].sort().join(', ')}`);
  if (path.startsWith('/')) throw new Error(`error SubPath \`${path}\` must not be an absolute path`);
  if (path.split('/').includes('..')) throw new Error(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  return path;
}

const podDirectory = ({ metadata }: Pod): string => `/var/lib/kubelet/pods/${metadata.uid}`;

/** Where a kubelet keeps a volume that a container mounts whole. @see pkg/volume/util/subpath/subpath_linux.go */
function nodePath(pod: Pod, name: string, { root }: MountedVolume, path: string): string {
  const source = pod.spec?.volumes?.find((each) => each.name === name);
  if (source?.hostPath !== undefined || root !== '') return `/${path}`;
  const kind = Object.keys(PLUGINS).find((each) => source !== undefined && each in source) ?? '';
  return `${podDirectory(pod)}/volumes/kubernetes.io~${PLUGINS[kind] ?? 'csi'}/${name}`;
}

/** Names of volume plugins as they stand in paths, by the field that asks for them. */
const PLUGINS: Readonly<Record<string, string>> = {
  configMap: 'configmap',
  secret: 'secret',
  projected: 'projected',
  downwardAPI: 'downward-api',
  emptyDir: 'empty-dir',
  nfs: 'nfs',
};

const HOSTS_PATH = '/etc/hosts';

const subPathError = (volume: string, container: string): Error =>
  new Error(
    `failed to prepare subPath for volumeMount ${JSON.stringify(volume)} of container ${JSON.stringify(container)}`,
  );

function resourcesOf({ resources }: Container | EphemeralContainer): ContainerConfig['resources'] {
  const { requests, limits } = resources ?? {};
  const cpu = limits?.['cpu'];
  const memory = limits?.['memory'];
  const request = requests?.['cpu'] ?? cpu;
  return {
    cpuRequestMillicores: request === undefined ? 0 : parseQuantity(request).milliValue(),
    ...(cpu !== undefined && { cpuLimitMillicores: parseQuantity(cpu).milliValue() }),
    ...(memory !== undefined && { memoryLimitBytes: parseQuantity(memory).value() }),
  };
}
