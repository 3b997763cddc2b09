import type { ConfigMap, Secret, ServiceAccount } from '@tabernetes/api/types/core-v1';
import { decodeBase64 } from '@tabernetes/apimachinery';
import { inNamespacePath, listAll, of } from './describer.ts';
import type { Description } from './description.ts';
import { events } from './events.ts';
import { compare, head } from './metadata.ts';

const TOKEN_TYPE = 'kubernetes.io/service-account-token';

export const configMap = of<ConfigMap>(async (context, object, d) => {
  head(d, object.metadata);
  d.write(0, '\nData\n====\n');
  for (const [key, value] of Object.entries(object.data ?? {})) {
    d.write(0, `${key}:\n----\n`);
    d.write(0, `${value}\n`);
    d.write(0, '\n');
  }
  d.write(0, '\nBinaryData\n====\n');
  for (const [key, value] of Object.entries(object.binaryData ?? {})) {
    d.write(0, `${key}: ${decodeBase64(value).length} bytes\n`);
  }
  d.write(0, '\n');
  await events(context, object, d);
});

export const secret = of<Secret>(async (_context, { metadata, type = '', data = {} }, d) => {
  head(d, metadata);
  d.write(0, `\nType:\t${type}\n`);
  d.write(0, '\nData\n====\n');
  for (const [key, value] of Object.entries(data)) {
    const bytes = decodeBase64(value);
    const isToken = key === 'token' && type === TOKEN_TYPE;
    d.field(0, key, isToken ? new TextDecoder().decode(bytes) : `${bytes.length} bytes`);
  }
});

export const serviceAccount = of<ServiceAccount>(async (context, object, d) => {
  const { metadata, secrets = [], imagePullSecrets = [] } = object;
  const existing = await listAll<Secret>(context, inNamespacePath(context.namespace, 'secrets')).catch(() => undefined);
  const known = existing && new Set(existing.map((each) => each.metadata.name));
  const tokens = (existing ?? []).filter(
    (each) =>
      each.type === TOKEN_TYPE &&
      each.metadata.annotations?.['kubernetes.io/service-account.name'] === metadata.name &&
      each.metadata.annotations?.['kubernetes.io/service-account.uid'] === metadata.uid,
  );
  head(d, metadata);
  const named = (list: readonly { readonly name?: string }[]): readonly string[] => list.map(({ name = '' }) => name);
  const isMissing = (name: string): boolean => known?.has(name) === false;
  secretNames(d, 'Image pull secrets:', named(imagePullSecrets), isMissing);
  secretNames(d, 'Mountable secrets: ', named(secrets), isMissing);
  secretNames(d, 'Tokens:            ', tokens.map((token) => token.metadata.name ?? '').sort(compare), isMissing);
  await events(context, object, d);
});

function secretNames(
  d: Description,
  title: string,
  names: readonly string[],
  isMissing: (name: string) => boolean,
): void {
  if (names.length === 0) {
    d.write(0, `${title}\t<none>\n`);
    return;
  }
  names.forEach((name, at) => {
    const head = at === 0 ? title : ' '.repeat(title.length);
    d.write(0, `${head}\t${name}${isMissing(name) ? ' (not found)' : ''}\n`);
  });
}
