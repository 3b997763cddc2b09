import { messageOf } from '../errors.ts';
import type { Document } from '../resources/documents.ts';

/**
 * Looks at documents before anything is asked of them, as kubectl does while the server checks fields: only what kind of
 * thing a document is must be said. Undefined with `--validate=ignore`.
 *
 * @see k8s.io/kubectl/pkg/validation/validation.go
 */
export function manifestCheck(
  fieldValidation: 'Strict' | 'Warn' | 'Ignore',
): ((document: Document) => Promise<void>) | undefined {
  if (fieldValidation === 'Ignore') return undefined;
  return async ({ source, value }) => {
    try {
      checkKind(value);
    } catch (error) {
      throw new Error(
        `error validating ${JSON.stringify(source)}: error validating data: ${messageOf(error)}; if you choose to ignore these errors, turn validation off with --validate=false`,
      );
    }
  };
}

/** @throws {Error} `[apiVersion not set, kind not set]` */
export function checkKind(value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('invalid object to validate');
  }
  const { apiVersion, kind } = value as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const problems = [...problemsOf('apiVersion', apiVersion), ...problemsOf('kind', kind)];
  if (typeof apiVersion === 'string' && apiVersion.split('/').length > 2) {
    problems.push(`unexpected GroupVersion string: ${apiVersion}`);
  }
  if (problems.length > 0) throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
}

function problemsOf(name: string, value: unknown): readonly string[] {
  if (value === undefined || value === null) return [`${name} not set`];
  return typeof value === 'string' ? [] : [`${name} isn't string type`];
}
