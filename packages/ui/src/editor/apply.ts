import { decodeYaml, type KubeObject, semanticEqual } from '@tabernetes/apimachinery';
import type { PageAnswer } from '@tabernetes/worker/connect';
import { errorText } from '../model/error-text.ts';
import type { ClusterConnection } from '../world/cluster-connection.ts';
import { type DocumentPart, documentsOf } from './documents.ts';
import { LARGEST_DOCUMENT } from './large.ts';

/** What became of one object. A document that holds a list has one of these for each. */
export interface Applied {
  /** Where the document begins in the file, in characters. */
  readonly at: number;
  /** The document. */
  readonly source: string;
  readonly name: string;
  readonly outcome: 'created' | 'configured' | 'unchanged' | 'refused';
  /** The server's words, when it refused. */
  readonly message: string;
  /** The same field by field, where it spoke of fields. */
  readonly causes: readonly Cause[];
  readonly warnings: readonly string[];
  /** The object as it was before. */
  readonly before?: KubeObject;
  /** The object as it is now, or as it would be. */
  readonly after?: KubeObject;
}

/** What the server said of one field. */
export interface Cause {
  /** `spec.containers[0].image` */
  readonly field: string;
  readonly message: string;
}

/** What became of an object, wherever it stood. */
type Outcome = Omit<Applied, 'at' | 'source'> & {
  /** It was refused because this is not there. */
  readonly missing?: 'kind' | 'namespace';
};

type Host = Pick<ClusterConnection['host'], 'request'>;

/** `dryRun`: only asks what would become of them. */
interface ApplyOptions {
  readonly dryRun?: boolean;
  /** Only these documents of the text. */
  readonly documents?: readonly DocumentPart[];
}

/** Applies the documents of a file, in order, as the field manager of the editor. A document that is refused does not keep others back. */
export async function applyDocuments(
  { host }: { readonly host: Host },
  text: string,
  namespace: string,
  { dryRun = false, documents = documentsOf(text) }: ApplyOptions = {},
): Promise<readonly Applied[]> {
  const results: Applied[] = [];
  const promised = new Promises();
  for (const { at, source } of documents) {
    if (source.length > LARGEST_DOCUMENT) {
      results.push({ at, source, ...refusal('', `Request entity too large: limit is ${LARGEST_DOCUMENT}`) });
      continue;
    }
    let value: unknown;
    try {
      value = decodeYaml(source).value;
    } catch (error) {
      results.push({ at, source, ...refusal('', errorText(error)) });
      continue;
    }
    if (value === null || value === undefined) continue;
    for (const object of objectsOf(value)) {
      const { missing, ...outcome } = await applyObject(host, object, namespace, dryRun);
      // What an earlier document brings is not there yet while nothing is really written.
      const isAhead = dryRun && outcome.outcome === 'refused' && promised.covers(object, namespace, missing);
      results.push({
        at,
        source,
        ...(isAhead ? { ...outcome, outcome: 'created', message: '', causes: [] } : outcome),
      });
      promised.add(object, outcome.outcome);
    }
  }
  return results;
}

const refusal = (name: string, message: string, causes: readonly Cause[] = []): Outcome => ({
  name,
  outcome: 'refused',
  message,
  causes,
  warnings: [],
});

/** A List is its items. */
function objectsOf(value: unknown): readonly Partial<KubeObject>[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{}];
  const { kind, apiVersion, items } = value as {
    readonly kind?: unknown;
    readonly apiVersion?: unknown;
    readonly items?: unknown;
  };
  return kind === 'List' && apiVersion === 'v1' && Array.isArray(items) ? items : [value];
}

/** Namespaces and kinds that documents further up bring or change. */
class Promises {
  readonly #namespaces = new Set<string>();
  readonly #kinds = new Set<string>();

  add(object: Partial<KubeObject>, outcome: Applied['outcome']): void {
    if (outcome !== 'created' && outcome !== 'configured') return;
    if (object.kind === 'Namespace') this.#namespaces.add(object.metadata?.name ?? '');
    if (object.kind !== 'CustomResourceDefinition') return;
    const { spec } = object as {
      readonly spec?: { readonly group?: string; readonly names?: { readonly kind?: string } };
    };
    this.#kinds.add(`${spec?.group}/${spec?.names?.kind}`);
  }

  /** Whether a refusal may be over once they are written. `missing`: what it was for. */
  covers(
    { apiVersion = '', kind, metadata }: Partial<KubeObject>,
    namespace: string,
    missing: Outcome['missing'],
  ): boolean {
    const [group] = apiVersion.split('/');
    if (this.#kinds.has(`${group}/${kind}`)) return true;
    return missing === 'namespace' && this.#namespaces.has(metadata?.namespace ?? namespace);
  }
}

async function applyObject(
  host: Host,
  object: Partial<KubeObject>,
  namespace: string,
  dryRun: boolean,
): Promise<Outcome> {
  const { kind, apiVersion, metadata } = object;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
    return refusal('', unset(typeof apiVersion === 'string', typeof kind === 'string'));
  }
  const { name, generateName } = (metadata ?? {}) as { readonly name?: unknown; readonly generateName?: unknown };
  const label = `${kind}/${String(name ?? generateName ?? '')}`;
  const path = await pathOf(host, apiVersion, kind, String(metadata?.namespace ?? namespace));
  if (path === undefined) {
    return { ...refusal(label, `no matches for kind "${kind}" in version "${apiVersion}"`), missing: 'kind' };
  }
  const query = { fieldManager: 'editor', fieldValidation: 'Strict', ...(dryRun && { dryRun: 'All' }) };
  if (name === undefined || name === '') {
    // Whoever leaves the name to the server makes a new object each time.
    const answer = await host.request({ method: 'POST', path, query, body: object });
    return outcomeOf(label, undefined, answer, dryRun);
  }
  const target = `${path}/${encodeURIComponent(String(name))}`;
  const before = await host.request({ method: 'GET', path: target });
  const answer = await host.request({
    method: 'PATCH',
    path: target,
    query: { ...query, force: 'true' },
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(object),
  });
  return outcomeOf(label, before.status === 200 ? (before.body as KubeObject) : undefined, answer, dryRun);
}

/** As kubectl says it: nothing is asked of the server while nobody knows of what. */
function unset(hasVersion: boolean, hasKind: boolean): string {
  if (!hasVersion && !hasKind) return 'error validating data: [apiVersion not set, kind not set]';
  return `error validating data: ${hasVersion ? 'kind' : 'apiVersion'} not set`;
}

interface RefusalBody {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly kind?: string;
    readonly causes?: readonly { readonly field?: string; readonly message?: string }[];
  };
}

const isOneRevision = (a: KubeObject, b: KubeObject): boolean =>
  a.metadata.resourceVersion === b.metadata.resourceVersion;

/** Who set which field, and when, is no part of what was asked for. */
const unmanaged = ({ metadata: { managedFields, ...metadata }, ...rest }: KubeObject): object => ({
  ...rest,
  metadata,
});

function outcomeOf(
  name: string,
  before: KubeObject | undefined,
  { status, body, warnings }: PageAnswer,
  dryRun: boolean,
): Outcome {
  if (status >= 400) {
    const { message = String(body), reason, details } = (body ?? {}) as RefusalBody;
    const isHomeless = reason === 'NotFound' && details?.kind === 'namespaces';
    const causes = (details?.causes ?? []).flatMap((cause) =>
      cause.field === undefined || cause.field === ''
        ? []
        : [{ field: cause.field, message: `${cause.field}: ${cause.message ?? ''}` }],
    );
    return {
      ...refusal(name, message, causes),
      warnings,
      ...(before !== undefined && { before }),
      ...(isHomeless && { missing: 'namespace' }),
    };
  }
  const after = body as KubeObject;
  // What is not written keeps the revision that it has.
  const isSame =
    before !== undefined &&
    (dryRun ? semanticEqual(unmanaged(before), unmanaged(after)) : isOneRevision(before, after));
  return {
    name: `${after.kind}/${after.metadata.name ?? ''}`,
    outcome: before === undefined ? 'created' : isSame ? 'unchanged' : 'configured',
    message: '',
    causes: [],
    warnings,
    ...(before !== undefined && { before }),
    after,
  };
}

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Where objects of a kind are: without the name. Undefined: the server does not serve them. */
async function pathOf(host: Host, apiVersion: string, kind: string, namespace: string): Promise<string | undefined> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { status, body } = await host.request({ method: 'GET', path: root });
  if (status !== 200) return undefined;
  const resource = (body as ResourceList).resources?.find((each) => each.kind === kind && !each.name.includes('/'));
  if (resource === undefined) return undefined;
  return `${root}${resource.namespaced ? `/namespaces/${namespace}` : ''}/${resource.name}`;
}
