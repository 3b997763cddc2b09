import type {
  NodeSelectorRequirement,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
} from '@tabernetes/api/types/core-v1';
import type { CSINode, StorageClass } from '@tabernetes/api/types/storage-v1';
import type { ObjectMeta } from '@tabernetes/apimachinery';
import { rfc1123 } from '../../printers/dates.ts';
import { accessModes, claimOverview, classOf, phase } from './claim-overview.ts';
import { inNamespacePath, listAll, of } from './describer.ts';
import { type Description, heads } from './description.ts';
import { events } from './events.ts';
import { annotations, bracketed, capital, column, compare, head, inline, pairs } from './metadata.ts';
import { type Field, fieldsOfSource, type SourceName, sourceText } from './volume-sources.ts';
import { attributes } from './volumes.ts';

export const persistentVolumeClaim = of<PersistentVolumeClaim>(async (context, claim, d) => {
  const pods = await listAll<Pod>(context, inNamespacePath(context.namespace, 'pods'));
  claimOverview(d, claim, context.nowMs);
  column(d, 'Used By', usersOf(claim, pods));
  const conditions = claim.status?.conditions ?? [];
  if (conditions.length > 0) {
    d.write(0, 'Conditions:\n');
    const titles = ['Type', 'Status', 'LastProbeTime', 'LastTransitionTime', 'Reason', 'Message'];
    heads(d, 1, titles, ['----', '------', '-----------------', '------------------', '------', '-------']);
    for (const c of conditions) {
      const times = `${rfc1123(c.lastProbeTime)} \t${rfc1123(c.lastTransitionTime)}`;
      d.write(1, `${c.type} \t${c.status} \t${times} \t${c.reason ?? ''} \t${c.message ?? ''}\n`);
    }
  }
  await events(context, claim, d);
});

/** Pods that mount the claim, or that it was made for. */
function usersOf({ metadata }: PersistentVolumeClaim, pods: readonly Pod[]): readonly string[] {
  const owners = new Set((metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'Pod').map(({ uid }) => uid));
  return pods
    .filter(
      (pod) =>
        owners.has(pod.metadata.uid ?? '') ||
        pod.spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === metadata.name),
    )
    .map((pod) => pod.metadata.name ?? '')
    .sort(compare);
}

export const persistentVolume = of<PersistentVolume>(async (context, volume, d) => {
  const { metadata, spec = {}, status = {} } = volume;
  head(d, metadata, false);
  d.field(0, 'Finalizers', bracketed(metadata.finalizers));
  d.field(0, 'StorageClass', classOf(metadata, spec.storageClassName));
  d.field(0, 'Status', phase(metadata, status.phase, context.nowMs));
  const claim = spec.claimRef;
  d.field(0, 'Claim', claim === undefined ? '' : `${claim.namespace ?? ''}/${claim.name ?? ''}`);
  d.field(0, 'Reclaim Policy', spec.persistentVolumeReclaimPolicy ?? '');
  d.field(0, 'Access Modes', accessModes(spec.accessModes));
  if (spec.volumeMode !== undefined) d.field(0, 'VolumeMode', spec.volumeMode);
  d.field(0, 'Capacity', spec.capacity?.['storage'] ?? '0');
  nodeAffinity(d, volume);
  d.field(0, 'Message', status.message ?? '');
  d.write(0, 'Source:\n');
  source(d, volume);
  await events(context, volume, d);
});

function nodeAffinity(d: Description, { spec }: PersistentVolume): void {
  d.write(0, 'Node Affinity:\t');
  const required = spec?.nodeAffinity?.required;
  if (required === undefined) {
    d.line('<none>');
    return;
  }
  d.line('');
  d.write(1, 'Required Terms:\t');
  if (required.nodeSelectorTerms.length === 0) {
    d.line('<none>');
    return;
  }
  d.line('');
  required.nodeSelectorTerms.forEach(({ matchExpressions = [] }, at) => {
    terms(d, 2, `Term ${at}`, matchExpressions.map(requirementText));
  });
}

function terms(d: Description, level: number, title: string, lines: readonly string[]): void {
  d.write(level, `${title}:\t`);
  if (lines.length === 0) {
    d.line('<none>');
    return;
  }
  lines.forEach((line, at) => {
    if (at > 0) d.write(level, '\t');
    d.write(0, `${line}\n`);
  });
}

const requirementText = ({ key, operator, values = [] }: NodeSelectorRequirement): string =>
  `${key} ${operator.toLowerCase()}${values.length > 0 ? ` [${values.join(', ')}]` : ''}`;

function source(d: Description, { spec = {} }: PersistentVolume): void {
  const { csi } = spec;
  if (csi) {
    sourceText(d, 'CSI (a Container Storage Interface (CSI) volume source)', [
      ['Driver', csi.driver],
      ['FSType', csi.fsType ?? ''],
      ['VolumeHandle', csi.volumeHandle],
      ['ReadOnly', csi.readOnly === true],
    ]);
    attributes(d, csi.volumeAttributes);
    return;
  }
  const known = fieldsOfSource(spec as Readonly<Partial<Record<SourceName, unknown>>>);
  if (known === undefined) {
    d.write(1, '<unknown>\n');
    return;
  }
  sourceText(d, known.title, ofVolume(spec, known.name, known.fields));
}

/** Sources of PersistentVolumes name the namespaces of what they refer to. */
function ofVolume(
  spec: NonNullable<PersistentVolume['spec']>,
  name: SourceName,
  fields: readonly Field[],
): readonly Field[] {
  switch (name) {
    case 'glusterfs':
      return fields.toSpliced(1, 0, ['EndpointsNamespace', spec.glusterfs?.endpointsNamespace ?? '<unset>']);
    case 'azureFile':
      return fields.toSpliced(1, 0, ['SecretNamespace', spec.azureFile?.secretNamespace ?? '']);
    case 'scaleIO': {
      const { name: secret = '', namespace = '' } = spec.scaleIO?.secretRef ?? {};
      return fields.toSpliced(6, 0, ['SecretName', secret], ['SecretNamespace', namespace]);
    }
    default:
      return fields;
  }
}

const DEFAULTS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

export const storageClass = of<StorageClass>(async (context, object, d) => {
  const { metadata } = object;
  d.field(0, 'Name', metadata.name ?? '');
  d.field(0, 'IsDefaultClass', DEFAULTS.some((key) => metadata.annotations?.[key] === 'true') ? 'Yes' : 'No');
  d.field(0, 'Annotations', inline(metadata.annotations));
  d.field(0, 'Provisioner', object.provisioner);
  d.field(0, 'Parameters', inline(object.parameters));
  d.field(0, 'AllowVolumeExpansion', capital(object.allowVolumeExpansion));
  const options = object.mountOptions ?? [];
  d.write(0, options.length === 0 ? 'MountOptions:\t<none>\n' : 'MountOptions:\n');
  for (const option of options) d.write(1, `${option}\n`);
  if (object.reclaimPolicy !== undefined) d.field(0, 'ReclaimPolicy', object.reclaimPolicy);
  if (object.volumeBindingMode !== undefined) d.field(0, 'VolumeBindingMode', object.volumeBindingMode);
  if (object.allowedTopologies !== undefined) {
    d.write(0, 'AllowedTopologies:\t');
    d.line(object.allowedTopologies.length === 0 ? '<none>' : '');
    object.allowedTopologies.forEach(({ matchLabelExpressions = [] }, at) => {
      terms(
        d,
        1,
        `Term ${at}`,
        matchLabelExpressions.map(({ key, values }) => requirementText({ key, operator: 'In', values })),
      );
    });
  }
  await events(context, object, d);
});

/** Its kind is served by no default 1.32; kubectl describes it all the same. */
export const volumeAttributesClass = of<{
  readonly metadata: ObjectMeta;
  readonly driverName?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}>(async (context, object, d) => {
  d.field(0, 'Name', object.metadata.name ?? '');
  d.field(0, 'Annotations', inline(object.metadata.annotations));
  d.field(0, 'DriverName', object.driverName ?? '');
  d.field(0, 'Parameters', inline(object.parameters));
  await events(context, object, d);
});

export const csiNode = of<CSINode>(async (context, object, d) => {
  d.field(0, 'Name', object.metadata.name ?? '');
  pairs(d, 'Labels', object.metadata.labels);
  annotations(d, object.metadata.annotations);
  d.field(0, 'CreationTimestamp', rfc1123(object.metadata.creationTimestamp));
  d.write(0, 'Spec:\n');
  const { drivers } = object.spec;
  if (drivers?.length) {
    d.write(1, 'Drivers:\n');
    for (const driver of drivers) {
      d.write(2, `${driver.name}:\n`);
      d.field(3, 'Node ID', driver.nodeID);
      if (driver.allocatable?.count !== undefined) {
        d.write(3, 'Allocatables:\n');
        d.field(4, 'Count', driver.allocatable.count);
      }
      if (driver.topologyKeys?.length) d.field(3, 'Topology Keys', bracketed(driver.topologyKeys));
    }
  }
  await events(context, object, d);
});
