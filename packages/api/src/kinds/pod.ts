import type { Pod } from '../generated/core-v1.ts';
import { defineKind } from '../kind.ts';
import { bindingSubresource } from '../pod/binding.ts';
import { podColumns } from '../pod/columns.ts';
import { defaultPod } from '../pod/defaults.ts';
import { evictionSubresource } from '../pod/eviction.ts';
import { validatePodStatusUpdate } from '../pod/status-update.ts';
import {
  podGracePeriodSeconds,
  preparePodForCreate,
  preparePodForEphemeralContainers,
  preparePodForStatusUpdate,
  preparePodForUpdate,
} from '../pod/strategy.ts';
import { validateEphemeralContainersUpdate, validatePodUpdate } from '../pod/update.ts';
import { validatePodCreate } from '../pod/validate.ts';
import { podWarnings } from '../pod/warnings.ts';
import { pod as names } from './names/pods.ts';

/**
 * Containers that run together on one node.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export const pod = defineKind<Pod>({
  ...names,
  resetFields: ['status'],
  sharesUnchanged: true,

  defaults: defaultPod,
  prepareForCreate: preparePodForCreate,
  prepareForUpdate: preparePodForUpdate,
  validate: validatePodCreate,
  validateUpdate: validatePodUpdate,
  updateValidatesAlone: true,
  metadataOnUpdate: ['change', 'whole'],
  warnings: (object, old) => (old ? [] : podWarnings(object)),

  gracePeriodSeconds: podGracePeriodSeconds,
  returnsDeletedObject: true,

  columns: podColumns,
  rowConditions: ({ status }) => {
    if (status?.phase === 'Succeeded') return SUCCEEDED;
    return status?.phase === 'Failed' ? FAILED : undefined;
  },
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
    // What `spec.nodeName` was called once.
    'spec.host': ({ spec }) => spec?.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec?.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec?.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec?.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec?.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
    // Known as a label and never filled in.
    'status.podIPs': () => '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },

  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'],
      prepareForUpdate: preparePodForStatusUpdate,
      validateUpdate: validatePodStatusUpdate,
    },
    {
      type: 'update',
      name: 'ephemeralcontainers',
      prepareForUpdate: preparePodForEphemeralContainers,
      validateUpdate: validateEphemeralContainersUpdate,
    },
    bindingSubresource,
    evictionSubresource,
    ...names.subresources.filter((each) => each.type === 'connect'),
  ],
});

const SUCCEEDED = [
  { type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' },
] as const;
const FAILED = [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }] as const;
