import type { KubeObject } from '@tabernetes/apimachinery';
import type { Api } from '../api.ts';
import type { CommandContext } from '../command.ts';
import { ConnectionError, messageOf } from '../errors.ts';
import type { Document } from '../resources/documents.ts';

/**
 * Looks at documents before anything is asked of them, as kubectl does while the server checks fields: only what kind of
 * thing a document is must be said. Undefined with `--validate=ignore`.
 *
 * @see k8s.io/kubectl/pkg/validation/validation.go
 */
export function manifestCheck(
  { api }: CommandContext,
  fieldValidation: 'Strict' | 'Warn' | 'Ignore',
): ((document: Document) => Promise<void>) | undefined {
  if (fieldValidation === 'Ignore') return undefined;
  return async ({ source, value }) => {
    try {
      checkKind(value);
      await checkServer(api(), value as KubeObject);
    } catch (error) {
      throw new Error(
        `error validating ${JSON.stringify(source)}: error validating data: ${messageOf(error)}; if you choose to ignore these errors, turn validation off with --validate=false`,
      );
    }
  };
}

/**
 * Makes sure that somebody will look at the fields: the server, which says so in its OpenAPI documents. Lists are read
 * one by one, so nobody is asked for them.
 * @throws {Error} when there is no such document to be had
 */
async function checkServer(api: Api, { apiVersion, kind }: KubeObject): Promise<void> {
  if (kind === 'List' && apiVersion === 'v1') return;
  try {
    await builtInDocument(api, apiVersion);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    // The real one tries the older document last, and tells of that.
    throw new Error(`failed to download openapi: ${error.message.replace('/openapi/v3?', '/openapi/v2?')}`);
  }
}

/** The OpenAPI 3 document of a version; that of the core for types which have none of their own. */
export async function builtInDocument({ openApi }: Api, apiVersion: string): Promise<void> {
  const index = await openApi.index();
  const url = index[apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`] ?? index['api/v1'];
  if (url !== undefined) await openApi.document(url);
}

/** Of the object itself, or of each in a list of anything. @throws {Error} `[apiVersion not set, kind not set]` */
export function checkKind(value: unknown): void {
  let problems = kindProblems(value);
  if (problems.length === 0 && isAnyList(value)) {
    problems = Array.isArray(value.items) ? [...new Set(value.items.flatMap(kindProblems))] : [NO_OBJECT];
  }
  if (problems.length > 0) throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
}

const NO_OBJECT = 'invalid object to validate';

const isAnyList = (value: unknown): value is { readonly items?: unknown } => {
  const { apiVersion, kind } = value as { readonly apiVersion?: unknown; readonly kind?: unknown };
  return apiVersion === 'v1' && kind === 'List';
};

function kindProblems(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [NO_OBJECT];
  const { apiVersion, kind } = value as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const problems = [...problemsOf('apiVersion', apiVersion), ...problemsOf('kind', kind)];
  if (typeof apiVersion === 'string' && apiVersion.split('/').length > 2) {
    problems.push(`unexpected GroupVersion string: ${apiVersion}`);
  }
  return problems;
}

function problemsOf(name: string, value: unknown): readonly string[] {
  if (value === undefined || value === null) return [`${name} not set`];
  return typeof value === 'string' ? [] : [`${name} isn't string type`];
}
