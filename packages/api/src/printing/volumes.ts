import type { ObjectMeta } from '@tabernetes/apimachinery';

const SHORT_MODES = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

/** `RWO,ROX`, always in this order. */
export const accessModesText = (modes: readonly string[] = []): string =>
  SHORT_MODES.filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');

/** The phase of a volume or claim, or that it is being deleted. */
export const phaseText = ({ deletionTimestamp }: ObjectMeta, phase = ''): string =>
  deletionTimestamp === undefined ? phase : 'Terminating';

/** The class of a volume or claim; the old annotation goes first. */
export const storageClassText = ({ annotations }: ObjectMeta, name = ''): string =>
  annotations?.['volume.beta.kubernetes.io/storage-class'] ?? name;
