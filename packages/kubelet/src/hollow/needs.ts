import type { Container, Pod } from '@tabernetes/api/types/core-v1';

export type NeededKind = 'configmap' | 'secret';

/** A ConfigMap or Secret without which something cannot start. */
export interface Need {
  readonly kind: NeededKind;
  readonly name: string;
  /** The key that must be in it; undefined: any will do. */
  readonly key?: string;
}

/** What is missing of a need, as a kubelet says it; undefined: it is there. */
export type Missing = (need: Need) => string | undefined;

const NONE: readonly Need[] = [];
/** Every namespace gets it, and every Pod with a token mounts it. */
const ROOT_CA = 'kube-root-ca.crt';

/** What the volumes of a Pod are made of. */
export function volumeNeeds({ spec }: Pod): readonly Need[] {
  let needs: Need[] | undefined;
  const add = (kind: NeededKind, name: string | undefined, optional: boolean | undefined): void => {
    if (name === undefined || optional === true || name === ROOT_CA) return;
    needs ??= [];
    needs.push({ kind, name });
  };
  for (const { configMap, secret, projected } of spec?.volumes ?? []) {
    if (configMap) add('configmap', configMap.name, configMap.optional);
    if (secret) add('secret', secret.secretName, secret.optional);
    for (const source of projected?.sources ?? []) {
      if (source.configMap) add('configmap', source.configMap.name, source.configMap.optional);
      if (source.secret) add('secret', source.secret.name, source.secret.optional);
    }
  }
  return needs ?? NONE;
}

/** What the environment of a container is made of. */
export function environmentNeeds({ env, envFrom }: Container): readonly Need[] {
  if (env === undefined && envFrom === undefined) return NONE;
  const needs: Need[] = [];
  const add = (
    kind: NeededKind,
    from: { readonly name?: string; readonly key?: string; readonly optional?: boolean } | undefined,
  ): void => {
    if (from?.name === undefined || from.optional === true) return;
    needs.push({ kind, name: from.name, ...(from.key !== undefined && { key: from.key }) });
  };
  for (const { configMapRef, secretRef } of envFrom ?? []) {
    add('configmap', configMapRef);
    add('secret', secretRef);
  }
  for (const { valueFrom } of env ?? []) {
    add('configmap', valueFrom?.configMapKeyRef);
    add('secret', valueFrom?.secretKeyRef);
  }
  return needs;
}
