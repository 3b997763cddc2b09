import type { Volume } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import { claimOverview } from './claim-overview.ts';
import type { Description } from './description.ts';
import { fieldsOfSource, type SourceName, sourceText } from './volume-sources.ts';

/** Volumes of a Pod or of a template (`space`). */
export function volumes(d: Description, list: readonly Volume[] = [], space = ''): void {
  if (list.length === 0) {
    d.write(0, `${space}Volumes:\t<none>\n`);
    return;
  }
  d.write(0, `${space}Volumes:\n`);
  for (const volume of list) {
    d.write(1, `${space === '' ? '' : ' '}${volume.name}:\n`);
    source(d, volume);
  }
}

function source(d: Description, volume: Volume): void {
  const { emptyDir, projected, downwardAPI, ephemeral, csi } = volume;
  if (emptyDir) {
    const limit = emptyDir.sizeLimit;
    const isLimited = limit !== undefined && parseQuantity(limit).sign() > 0;
    sourceText(d, "EmptyDir (a temporary directory that shares a pod's lifetime)", [
      ['Medium', emptyDir.medium ?? ''],
      ['SizeLimit', isLimited ? limit : '<unset>'],
    ]);
  } else if (projected) projection(d, volume);
  else if (downwardAPI) {
    d.write(2, 'Type:\tDownwardAPI (a volume populated by information about the pod)\n    Items:\n');
    for (const { fieldRef, resourceFieldRef, path } of downwardAPI.items ?? []) {
      if (fieldRef) d.write(3, `${fieldRef.fieldPath} -> ${path}\n`);
      if (resourceFieldRef) d.write(3, `${resourceFieldRef.resource} -> ${path}\n`);
    }
  } else if (ephemeral) {
    d.write(
      2,
      'Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)\n',
    );
    const template = ephemeral.volumeClaimTemplate;
    if (template) claimOverview(d.indented(2), { metadata: template.metadata ?? {}, spec: template.spec }, 0, false);
  } else if (csi) {
    sourceText(d, 'CSI (a Container Storage Interface (CSI) volume source)', [
      ['Driver', csi.driver],
      ['FSType', csi.fsType ?? ''],
      ['ReadOnly', csi.readOnly === true],
    ]);
    attributes(d, csi.volumeAttributes);
  } else {
    const known = fieldsOfSource(volume as Readonly<Partial<Record<SourceName, unknown>>>);
    if (known === undefined) d.write(1, '<unknown>\n');
    else sourceText(d, known.title, known.fields);
  }
}

function projection(d: Description, { projected }: Volume): void {
  d.write(2, 'Type:\tProjected (a volume that contains injected data from multiple sources)\n');
  for (const { secret, downwardAPI, configMap, serviceAccountToken } of projected?.sources ?? []) {
    if (secret) {
      d.field(2, 'SecretName', secret.name ?? '');
      d.field(2, 'SecretOptionalName', pointer(secret.optional));
    } else if (downwardAPI) d.field(2, 'DownwardAPI', true);
    else if (configMap) {
      d.field(2, 'ConfigMapName', configMap.name ?? '');
      d.field(2, 'ConfigMapOptional', pointer(configMap.optional));
    } else if (serviceAccountToken) {
      d.field(2, 'TokenExpirationSeconds', serviceAccountToken.expirationSeconds ?? 0);
    }
  }
}

/** kubectl prints the address of this flag, not its value; there is none to print here, so ours is always the same. */
const pointer = (value: boolean | undefined): string => (value === undefined ? '<nil>' : '0xc000000000');

/** Attributes of CSI volumes, sorted. */
export function attributes(d: Description, map: Readonly<Record<string, string>> | undefined): void {
  d.write(2, 'VolumeAttributes:\t');
  const keys = Object.keys(map ?? {}).sort();
  if (keys.length === 0) {
    d.line('<none>');
    return;
  }
  keys.forEach((key, at) => {
    if (at > 0) {
      d.write(2, '');
      d.write(2, '\t');
    }
    const line = `${key}=${map?.[key] ?? ''}`;
    d.write(2, line.length > 140 ? `${line.slice(0, 140)}...\n` : `${line}\n`);
  });
}
