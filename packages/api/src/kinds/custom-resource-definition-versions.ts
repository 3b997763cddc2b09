import { semanticEqual } from '@tabernetes/apimachinery';
import type { CustomResourceDefinitionVersion } from '../generated/apiextensions-v1.ts';
import { schemaOf } from '../schema/schemas.ts';

/** What versions may have in common. */
export type VersionParts = Pick<
  CustomResourceDefinitionVersion,
  'additionalPrinterColumns' | 'schema' | 'selectableFields' | 'subresources'
>;

/**
 * Versions as the server holds them: what is the same in all of them stands once, which is where messages look for it
 * (`spec.validation`, not `spec.versions[0].schema`).
 */
export interface HoistedVersions {
  /** Without what is shared. */
  readonly versions: readonly CustomResourceDefinitionVersion[];
  readonly shared: VersionParts;
  /** False: there was no list at all. */
  readonly given: boolean;
}

const SCHEMA = schemaOf('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion');
const PARTS = ['subresources', 'schema', 'additionalPrinterColumns', 'selectableFields'] as const;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/conversion.go */
export function hoistVersions(given: readonly CustomResourceDefinitionVersion[] | undefined): HoistedVersions {
  const [first, ...others] = given ?? [];
  if (first === undefined) return { versions: [], shared: {}, given: given !== undefined };
  const shared = PARTS.filter((part) => {
    const schema = SCHEMA.byName.get(part)?.schema;
    return others.every((version) => samePart(version[part], first[part], schema));
  });
  const without = (version: CustomResourceDefinitionVersion): CustomResourceDefinitionVersion => {
    const copy: Record<string, unknown> = { ...version };
    for (const part of shared) delete copy[part];
    return copy as unknown as CustomResourceDefinitionVersion;
  };
  return {
    versions: [first, ...others].map(without),
    shared: Object.fromEntries(shared.flatMap((part) => (first[part] === undefined ? [] : [[part, first[part]]]))),
    given: true,
  };
}

/** Pointers that are nil differ from those to nothing; lists that are nil do not. */
const samePart = (a: unknown, b: unknown, schema: Parameters<typeof semanticEqual>[2]): boolean =>
  schema?.kind === 'struct' && (a === undefined) !== (b === undefined) ? false : semanticEqual(a, b, schema);
