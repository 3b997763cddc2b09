import { KUBERNETES_VERSION } from '@tabernetes/api';
import type { Info as VersionInfo } from '@tabernetes/api/types/version';

export type { VersionInfo };

/** Of this kubectl. */
export const CLIENT_VERSION: VersionInfo = {
  major: '1',
  minor: '32',
  gitVersion: KUBERNETES_VERSION,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.23.8',
  compiler: 'gc',
  platform: 'linux/amd64',
};
