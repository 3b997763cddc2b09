import { rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { makeFolders } from './make-folders.ts';

export interface KubeconfigOptions {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** PEM */
  readonly ca: string;
  readonly user: string;
  readonly token: string;
}

/** A kubeconfig with one context, `<user>@kubernetes`, as kubeadm writes it. */
export function kubeconfig({ server, ca, user, token }: KubeconfigOptions): string {
  const context = `${user}@kubernetes`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'kubernetes', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    contexts: [{ name: context, context: { cluster: 'kubernetes', user, namespace: 'default' } }],
    'current-context': context,
    preferences: {},
    users: [{ name: user, user: { token } }],
  });
}

/** Writes it whole or not at all (readers may be waiting for the file), readable by its owner only: it holds a token. */
export async function writeKubeconfig(file: string, text: string): Promise<void> {
  const path = resolve(file);
  makeFolders(dirname(path));
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}
