import type { Secret } from '@tabernetes/api/types/core-v1';
import { fullImageName } from '../pod/image-name.ts';
import { decodeText } from './environment.ts';

export interface RegistryCredentials {
  /** Host and perhaps path, as the secret has it without scheme: `registry.example.com/team`. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** The users and passwords in pull secrets. What is no such secret, or cannot be read, is passed over. */
export function pullCredentials(secrets: readonly Secret[]): readonly RegistryCredentials[] {
  return secrets.flatMap(({ data = {} }) => {
    const text = data['.dockerconfigjson'] ?? data['.dockercfg'];
    if (text === undefined) return [];
    try {
      const parsed: unknown = JSON.parse(decodeText(text));
      const auths = data['.dockerconfigjson'] === undefined ? parsed : (parsed as { auths?: unknown }).auths;
      return Object.entries((auths ?? {}) as Record<string, Auth>).map(([registry, auth]) => ({
        registry: registry.replace(/^https?:\/\//, '').replace(/\/(v[12]\/?)?$/, ''),
        ...credentialsOf(auth),
      }));
    } catch {
      return [];
    }
  });
}

/** Those that are for the image's registry, the most specific first. @see pkg/credentialprovider/keyring.go */
export function credentialsFor(image: string, all: readonly RegistryCredentials[]): readonly RegistryCredentials[] {
  const full = fullImageName(image).replace(/^docker\.io\//, 'index.docker.io/');
  const matches = ({ registry }: RegistryCredentials): boolean => {
    const wanted = registry.replace(/^docker\.io(?=\/|$)/, 'index.docker.io');
    if (full === wanted || full.startsWith(`${wanted}/`)) return true;
    const [host = '', ...path] = wanted.split('/');
    if (!host.startsWith('*.')) return false;
    const own = full.split('/')[0] ?? '';
    return own.endsWith(host.slice(1)) && full.startsWith([own, ...path].join('/'));
  };
  return all.filter(matches).sort((a, b) => b.registry.length - a.registry.length);
}

interface Auth {
  readonly username?: string;
  readonly password?: string;
  /** base64 of `user:password`. */
  readonly auth?: string;
}

function credentialsOf({ username = '', password = '', auth }: Auth): { username: string; password: string } {
  if (auth === undefined) return { username, password };
  const text = decodeText(auth);
  const colon = text.indexOf(':');
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
