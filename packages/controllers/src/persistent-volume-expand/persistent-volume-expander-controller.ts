import { kinds } from '@tabernetes/api';
import type { PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import { objectKey, parseQuantity } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, TryAgain } from '../runtime/controller.ts';

const PRE_RESIZE = 'volume.alpha.kubernetes.io/pre-resize-capacity';
const RESIZER = 'volume.kubernetes.io/storage-resizer';

/** In-tree sources whose work CSI drivers do, with the names of both. */
const MIGRATED = {
  awsElasticBlockStore: ['kubernetes.io/aws-ebs', 'ebs.csi.aws.com'],
  gcePersistentDisk: ['kubernetes.io/gce-pd', 'pd.csi.storage.gke.io'],
  azureFile: ['kubernetes.io/azure-file', 'file.csi.azure.com'],
  azureDisk: ['kubernetes.io/azure-disk', 'disk.csi.azure.com'],
  cinder: ['kubernetes.io/cinder', 'cinder.csi.openstack.org'],
  vsphereVolume: ['kubernetes.io/vsphere-volume', 'csi.vsphere.vmware.com'],
  portworxVolume: ['kubernetes.io/portworx-volume', 'pxd.portworx.com'],
} as const satisfies Partial<Record<keyof NonNullable<PersistentVolume['spec']>, readonly [string, string]>>;

/**
 * Says who is to make a volume larger when its claim asks for more. No volume that kube-controller-manager knows itself
 * can grow by its doing: it always waits for somebody outside.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/volume/expand/expand_controller.go
 */
export function persistentVolumeExpander(context: ControllerContext): Controller {
  const { client, informers } = context;
  const claims = informers.for(kinds.persistentVolumeClaim);
  const volumes = informers.for(kinds.persistentVolume);
  const recorder = createEventRecorder(context, { component: 'volume_expand' });
  const tell = (claim: PersistentVolumeClaim, message: string): void =>
    recorder.event(claim, 'Normal', 'ExternalExpanding', message);

  return createController(context, {
    name: 'persistentvolume-expander-controller',
    informers: [claims, volumes],
    watch: (queue) => {
      const look = (claim: PersistentVolumeClaim): void => {
        if (claim.status?.phase === 'Bound') queue.add(objectKey(claim));
      };
      return [
        claims.addHandler({
          onAdd: look,
          onUpdate(claim, old) {
            if (bytes(asked(claim)) > bytes(asked(old)) || bytes(has(claim)) > bytes(has(old))) look(claim);
          },
        }),
      ];
    },
    async reconcile(key, signal) {
      const claim = claims.lister.byKey(key);
      if (claim === undefined) return DONE;
      const volume = volumes.lister.get(claim.spec?.volumeName ?? '');
      if (volume === undefined || volume.spec?.claimRef?.uid !== claim.metadata.uid)
        throw new TryAgain(`persistent Volume is not bound to PVC being updated : ${key}`);
      const before = volume.metadata.annotations?.[PRE_RESIZE];
      if (bytes(asked(claim)) <= bytes(has(claim)) && before === undefined) return DONE;
      const names = migration(volume);
      if (names === undefined) {
        tell(claim, 'waiting for an external controller to expand this PVC');
        return DONE;
      }
      const [plugin, driver] = names;
      tell(claim, `CSI migration enabled for ${plugin}; waiting for external resizer to expand the pvc`);
      if (claim.metadata.annotations?.[RESIZER] === driver) return DONE;
      const patch = { metadata: { annotations: { [RESIZER]: driver } } };
      await client
        .resource(kinds.persistentVolumeClaim)
        .patch(claim.metadata.name ?? '', claim.metadata.namespace, 'merge', patch, { signal });
      return DONE;
    },
  });
}

function migration({ spec = {} }: PersistentVolume): readonly [string, string] | undefined {
  for (const source of Object.keys(MIGRATED) as (keyof typeof MIGRATED)[])
    if (spec[source] !== undefined) return MIGRATED[source];
  return undefined;
}

const asked = ({ spec }: PersistentVolumeClaim): string => spec?.resources?.requests?.['storage'] ?? '0';
const has = ({ status }: PersistentVolumeClaim): string => status?.capacity?.['storage'] ?? '0';
const bytes = (quantity: string): number => parseQuantity(quantity).value();
