import {
  type Draft,
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  semanticEqual,
  validateImmutableField,
} from '@tabernetes/apimachinery';
import type { CSIDriver, CSIDriverSpec, TokenRequest } from '../generated/storage-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { csiDriver as names } from './names/storage.ts';

const SPEC = schemaOf('io.k8s.api.storage.v1.CSIDriverSpec');

/**
 * A driver for volumes, and what it needs of the cluster.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-driver-v1/
 */
export const csiDriver = defineKind<CSIDriver>({
  ...names,
  returnsDeletedObject: true,
  allowUnconditionalUpdate: false,

  defaults: (draft) => {
    draft.spec ??= {};
    const { spec } = draft;
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent'];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  },
  // A new driver has no generation: only changes are counted.
  prepareForUpdate: (draft, old) => {
    if (!semanticEqual(draft.spec, old.spec, SPEC)) draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validate: ({ spec }) => specErrors(spec),
  updateValidatesAlone: true,
  validateUpdate: ({ spec }, { spec: old }) => [
    ...specErrors(spec),
    // Upstream spells the first field so.
    ...validateImmutableField(spec.attachRequired, old.attachRequired, 'spec.attachedRequired'),
    ...validateImmutableField(
      spec.volumeLifecycleModes,
      old.volumeLifecycleModes,
      'spec.volumeLifecycleModes',
      dumpGo('[]storage.VolumeLifecycleMode', spec.volumeLifecycleModes),
    ),
  ],

  columns: [
    nameColumn,
    {
      name: 'AttachRequired',
      type: 'boolean',
      description: 'Whether volumes must be attached to a node before they are mounted.',
      cell: ({ spec }) => spec.attachRequired ?? true,
    },
    {
      name: 'PodInfoOnMount',
      type: 'boolean',
      description: 'Whether the driver is told of the Pod that mounts a volume.',
      cell: ({ spec }) => spec.podInfoOnMount ?? false,
    },
    {
      name: 'StorageCapacity',
      type: 'boolean',
      description: 'Whether the scheduler looks at the capacity that the driver reports.',
      cell: ({ spec }) => spec.storageCapacity ?? false,
    },
    {
      name: 'TokenRequests',
      type: 'string',
      description: 'Audiences of the tokens that the driver is handed.',
      cell: ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>',
    },
    {
      name: 'RequiresRepublish',
      type: 'boolean',
      description: 'Whether mounted volumes are published again from time to time.',
      cell: ({ spec }) => spec.requiresRepublish ?? false,
    },
    {
      name: 'Modes',
      type: 'string',
      description: 'Lives that a volume of the driver may have: Persistent, Ephemeral.',
      cell: ({ spec }) => spec.volumeLifecycleModes?.join(',') || '<none>',
    },
    ageColumn,
  ],
});

const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const MODES = ['Persistent', 'Ephemeral'];

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/storage/validation/validation.go validateCSIDriverSpec */
function specErrors(spec: CSIDriverSpec | Draft<CSIDriverSpec>): FieldError[] {
  const errors: FieldError[] = [];
  const { attachRequired, podInfoOnMount, storageCapacity, fsGroupPolicy, seLinuxMount } = spec;
  if (attachRequired === undefined) errors.push(required('spec.attachedRequired'));
  if (podInfoOnMount === undefined) errors.push(required('spec.podInfoOnMount'));
  if (storageCapacity === undefined) errors.push(required('spec.storageCapacity'));
  if (fsGroupPolicy !== undefined && !FS_GROUP_POLICIES.includes(fsGroupPolicy)) {
    errors.push(notSupported('spec.fsGroupPolicy', fsGroupPolicy, FS_GROUP_POLICIES));
  }
  tokenErrors(errors, spec.tokenRequests ?? []);
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (!MODES.includes(mode)) errors.push(notSupported('spec.volumeLifecycleModes', mode, MODES));
  }
  if (seLinuxMount === undefined) errors.push(required('spec.seLinuxMount'));
  return errors;
}

const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

function tokenErrors(errors: FieldError[], requests: readonly TokenRequest[]): void {
  const audiences = new Set<string>();
  for (const [i, { audience = '', expirationSeconds }] of requests.entries()) {
    const at = `spec.tokenRequests[${i}]`;
    if (audiences.has(audience)) {
      errors.push(duplicate(`${at}.audience`, audience));
      continue;
    }
    audiences.add(audience);
    if (expirationSeconds === undefined) continue;
    const refuse = (detail: string): void => {
      errors.push(invalid(`${at}.expirationSeconds`, expirationSeconds, detail));
    };
    if (expirationSeconds < MIN_SECONDS) refuse('may not specify a duration less than 10 minutes');
    if (expirationSeconds > MAX_SECONDS) refuse('may not specify a duration larger than 2^32 seconds');
  }
}
