import { decodeYaml, type KubeObject } from '@tabernetes/apimachinery';
import type { PageAnswer } from '@tabernetes/worker/connect';
import type { ClusterConnection } from '../world/cluster-connection.ts';

/** What became of one document. */
export interface Applied {
  /** Where the document begins in the file, in characters. */
  readonly at: number;
  /** The document. */
  readonly source: string;
  readonly name: string;
  readonly outcome: 'created' | 'configured' | 'unchanged' | 'refused';
  /** The server's words, when it refused. */
  readonly message: string;
  readonly warnings: readonly string[];
}

/** What became of a document, wherever it stood. */
type Outcome = Omit<Applied, 'at' | 'source'>;

/** `dryRun`: only asks what would become of them; then, as documents are not there yet, those that need them may be refused. */
interface ApplyOptions {
  readonly dryRun?: boolean;
}

/** Applies every document of a file, in order, as the field manager of the editor. A document that is refused does not keep others back. */
export async function applyDocuments(
  { host }: ClusterConnection,
  text: string,
  namespace: string,
  { dryRun = false }: ApplyOptions = {},
): Promise<readonly Applied[]> {
  const results: Applied[] = [];
  for (const { at, source } of documentsOf(text)) {
    let object: KubeObject | null | undefined;
    try {
      object = decodeYaml(source).value as KubeObject | null | undefined;
    } catch (error) {
      results.push({ at, source, ...refusal('', error instanceof Error ? error.message : String(error)) });
      continue;
    }
    if (object === null || object === undefined) continue;
    results.push({ at, source, ...(await applyObject(host, object, namespace, dryRun)) });
  }
  return results;
}

const refusal = (name: string, message: string): Outcome => ({ name, outcome: 'refused', message, warnings: [] });

/** Parts between lines that hold only `---`. */
function documentsOf(text: string): readonly { readonly at: number; readonly source: string }[] {
  const documents: { at: number; source: string }[] = [];
  let at = 0;
  for (const line of text.matchAll(/^---[ \t]*(?:#.*)?$/gm)) {
    documents.push({ at, source: text.slice(at, line.index) });
    at = line.index + line[0].length;
  }
  documents.push({ at, source: text.slice(at) });
  return documents.filter(({ source }) => source.trim() !== '');
}

async function applyObject(
  host: ClusterConnection['host'],
  object: KubeObject,
  namespace: string,
  dryRun: boolean,
): Promise<Outcome> {
  const label = `${object.kind}/${object.metadata?.name ?? ''}`;
  if (typeof object.kind !== 'string' || typeof object.apiVersion !== 'string') {
    return refusal(label, 'apiVersion and kind are needed to know what this is.');
  }
  const path = await pathOf(host, object, namespace);
  if (path === undefined)
    return refusal(label, `no matches for kind "${object.kind}" in version "${object.apiVersion}"`);
  const before = await host.request({ method: 'GET', path });
  const answer = await host.request({
    method: 'PATCH',
    path,
    query: { fieldManager: 'editor', force: 'true', fieldValidation: 'Strict', ...(dryRun && { dryRun: 'All' }) },
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(object),
  });
  if (answer.status >= 400) return { ...refusal(label, messageOf(answer)), warnings: answer.warnings };
  const version = (each: PageAnswer): unknown => (each.body as Partial<KubeObject>).metadata?.resourceVersion;
  const isSame = before.status === 200 && version(before) === version(answer);
  const outcome = answer.status === 201 ? 'created' : isSame ? 'unchanged' : 'configured';
  return { name: label, outcome, message: '', warnings: answer.warnings };
}

const messageOf = ({ body }: PageAnswer): string =>
  (body as { readonly message?: string } | null)?.message ?? String(body);

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

async function pathOf(
  host: ClusterConnection['host'],
  { apiVersion, kind, metadata }: KubeObject,
  namespace: string,
): Promise<string | undefined> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { status, body } = await host.request({ method: 'GET', path: root });
  if (status !== 200) return undefined;
  const resource = (body as ResourceList).resources?.find((each) => each.kind === kind && !each.name.includes('/'));
  if (resource === undefined) return undefined;
  const scope = resource.namespaced ? `/namespaces/${metadata?.namespace ?? namespace}` : '';
  return `${root}${scope}/${resource.name}/${metadata?.name ?? ''}`;
}
